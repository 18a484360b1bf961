"""Drills: scripts of what happens, played on a marked copy, held against the record."""
