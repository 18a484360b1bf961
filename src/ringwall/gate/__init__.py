"""The gate (PEP): check, require, guard.

Recorded first, answered second: nothing passes that is not durable in the ledger.
"""
