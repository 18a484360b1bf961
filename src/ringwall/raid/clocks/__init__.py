"""Legal deadlines as data: the rules, how periods are counted, what is due when.

Pure but for the reading of the tables and the making of a calendar file. Must never
let a clock run without a start that somebody can show.
"""

__all__: list[str] = []
