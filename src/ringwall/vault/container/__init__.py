"""The container: one sealed file, as `docs/vault-format.md` lays it out.

Knows bytes, keys and files, and nothing of who may ask. Must never deliver a byte
whose tag does not hold.
"""
