"""The command line: parse, call, print, exit code. Must never decide anything."""
