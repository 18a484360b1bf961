"""What takes several steps: requests, sessions, duties, reviews, decoys.

Pure folds of the events on record. Must never look at a clock, a file or a table.
"""
