"""Reading the record: lists, single entries, counts, what lands, who watches.

Must never show a row that its entry does not say.
"""
