"""What was found in a store that may be damaged, as text for a person to read.

Must never pass on a control character: what is stored may have been put there to
be printed on an officer's terminal.
"""

__all__ = ["shown"]

_LONGEST = 80


def shown(value: object) -> str:
    """Return one line of at most 80 printable characters; escapes for the others."""
    text = str(value)[:_LONGEST]
    printable = (char if char.isprintable() else repr(char)[1:-1] for char in text)
    return "".join(printable)[:_LONGEST]
