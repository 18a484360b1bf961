"""The watch: rules as data over the record, and what they find.

Must never change an answer: it looks at what is on record already.
"""
