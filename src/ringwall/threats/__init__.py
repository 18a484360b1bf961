"""Threat models as data: who attacks, how, what stops it, and what a site has.

Pure but for `folder`. Must never decide about access: it says what is known.
"""
