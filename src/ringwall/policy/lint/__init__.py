"""Findings beyond what the reader refuses: policies that load and are still wrong."""
