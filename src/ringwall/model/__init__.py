"""Frozen values of the domain: ids, levels, tiers, facts, requests, decisions, events.

Values only: must never decide anything, read a clock or touch a file.
"""
