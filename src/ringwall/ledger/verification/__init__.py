"""The verifier: what is stored, held against what was hashed and signed.

Must never write anything, nor believe a table.
"""
