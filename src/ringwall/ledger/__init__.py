"""The ledger: append events, project them into tables, verify both.

The leaf, the tables computed from it and the signed head change in one
transaction or not at all. Must never change state without an event.
"""
