"""Exports of what one recipient may be told of a case, in the forms of others.

Each writer is given facts that were packed for the recipient, and nothing else: what is
not in the package can be in no export.
"""
