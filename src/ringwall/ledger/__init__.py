"""The ledger: append events, project them into tables, verify both.

The leaf, the tables computed from it and the sealed head change in one transaction or
not at all. Must never change state without an event. Rooms: `committing` (append),
`publication` (checkpoints, second place, keys), `verification`, `asking` (read), `memory`
(what can be forgotten); here lie the schema, the rows and the tree that all of them use.
"""
