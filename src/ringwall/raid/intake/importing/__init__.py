"""Records that others publish, as reports: each field mapped or named as unmapped.

Must never invent a value: what a source does not say is unknown.
"""
