"""Appending: callers hand in, one committer writes, whoever ended badly is told.

Must never answer a caller before the entries are durable.
"""
