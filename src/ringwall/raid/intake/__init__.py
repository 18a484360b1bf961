"""From a report to a record: read within bounds, kept as it came, one event each.

Must never take a word of a report for an instruction, nor an identity into it.
"""
