"""Briefs to states: of all cases, what the contact of one state may be told.

Must never tell whoever is briefed what was left out, or how much.
"""
