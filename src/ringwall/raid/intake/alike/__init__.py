"""Reports that may tell of the same: offered with reasons, never joined.

Must never hold a text of a report outside the ledger.
"""
