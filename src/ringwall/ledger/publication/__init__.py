"""Checkpoints towards others: published, held in a second place, under their key.

Must never publish a size that is not durable.
"""
