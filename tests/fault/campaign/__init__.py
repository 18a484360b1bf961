"""The fault campaign: what the ledger has to survive, tried and counted.

`make fault` runs it and writes `docs/fault-report.md`. Must never report what was not
tried, nor pass over an outcome that it does not know.
"""
