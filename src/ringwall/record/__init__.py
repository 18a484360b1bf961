"""The record desk: what is done with the log itself.

Erasing, pruning, witnesses, proofs and exports. Must never change or drop a leaf
hash.
"""
