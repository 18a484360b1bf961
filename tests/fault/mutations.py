"""Spoils text at random, as a slip of the hand or somebody with a purpose might."""

import random

__all__ = ["mutated"]

# Characters that look like others, that nobody sees, and that mean something.
_STRANGE = (
    "\u0430\u0435\u043e\u03bf\u0966\uff41\u200b\u200d\u202e\u00a0\ufeff\u3164\ufe0f\u0301\u2028"
    "\t\r\x00\x7f#,*\"'\\=()[]<>!&|. \n;:-_gpr0e"
)
_WORDS = (
    *("allow", "deny", "Deny", "*", "p", "P", "g", "g2", "p2", "lambda", "class"),
    *("||", "&&", "==", "!=", "in", "!", "(", ")", "true", "none", "holds", "eval("),
    *("1_0", "1e999", "NaN", "+1", "-1", "0x10", "01", "0", "SL5", "SL0", "upper"),
)


def mutated(text: str, source: random.Random) -> str:
    """Return text with one to three small changes."""
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        change = source.choice((_of_a_character, _of_a_word, _of_a_line, _cut))
        text = change(text, source)
    return text


def _of_a_character(text: str, source: random.Random) -> str:
    at = source.randrange(len(text) + 1)
    before, here, after = text[:at], text[at : at + 1], text[at + 1 :]
    strange = source.choice(_STRANGE)
    choices = (
        before + after,
        before + here + here + after,
        before + strange + after,
        before + strange + here + after,
        before + here.swapcase() + after,
        before + after[:1] + here + after[1:],
    )
    return source.choice(choices)


def _of_a_word(text: str, source: random.Random) -> str:
    words = text.split(" ")
    first, second = source.randrange(len(words)), source.randrange(len(words))
    how = source.randrange(4)
    if how == 0:
        words[first], words[second] = words[second], words[first]
    elif how == 1:
        words[first] = source.choice(_WORDS)
    elif how == 2:
        words.insert(first, source.choice((*_WORDS, words[second])))
    else:
        del words[first]
    return " ".join(words)


def _of_a_line(text: str, source: random.Random) -> str:
    lines = text.split("\n")
    first, second = source.randrange(len(lines)), source.randrange(len(lines))
    how = source.randrange(4)
    if how == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif how == 1:
        lines.insert(first, lines[second])
    elif how == 2:
        del lines[first]
    else:
        lines[first : first + 2] = ["".join(lines[first : first + 2])]
    return "\n".join(lines)


def _cut(text: str, source: random.Random) -> str:
    at = source.randrange(len(text) + 1)
    length = source.choice((1, 3, 10, 100, len(text)))
    return text[:at] + text[at + length :]
