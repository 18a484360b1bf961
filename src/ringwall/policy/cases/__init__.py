"""The cases that stand beside a policy: read, run, told."""
