"""The ledger: append events, project them into tables, verify both.

The leaf, the tables computed from it and the sealed head change in one transaction or
not at all. Must never change state without an event. Its rooms: `committing` (append),
`publication` (checkpoints, second place, keys), `verification`, `asking` (read) and
`memory` (what can be forgotten); what all of them use lies here.
"""
