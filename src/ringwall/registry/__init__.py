"""The registry desk (PAP of facts): read declarations, plan, apply.

A declaration is taken whole or not at all. Must never write other than through
the ledger.
"""
