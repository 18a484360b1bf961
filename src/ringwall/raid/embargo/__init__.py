"""Embargoes: their terms, who consents, what ends them, and what is so of the matter.

Must never block, delay or hide a legal clock, nor refuse that something became public.
"""
