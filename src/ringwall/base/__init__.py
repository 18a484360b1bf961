"""Ground floor: errors, time, canonical JSON and strict YAML trees.

Knows nothing of the domain and must never import another ringwall package.
"""
