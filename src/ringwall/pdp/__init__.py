"""The decision point (PDP): facts -> classification -> eligibility -> access -> floor.

Pure: takes values and an instant, returns values. Must never read a clock, a file
or the ledger, nor write a log line.
"""
