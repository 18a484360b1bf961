"""The desk for grants: people ask, others approve, refuse or take back, all signed.

Must never let through what is not signed by whom it names, nor change what is on
record: a request's history only grows.
"""
