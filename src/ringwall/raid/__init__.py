"""The incident desk: reports come in, cases are triaged, routed and timed.

Must never change anything but by an act that the gate permits and the log keeps, nor
tell anybody of a case that they have no need to know of.
"""

__all__: list[str] = []
