"""Matcher text to tokens, with places and literals untouched.

Refuses what stock Casbin would rewrite behind the author's back. Must never skip a
character other than a space.
"""

import re
from dataclasses import dataclass

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import MAX_MATCHER
from ringwall.policy.text_file import PlacedText

__all__ = ["Token", "matcher_refused", "tokenize"]

_TOKEN = re.compile(
    r"""(?P<space>\ +)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<operator>&&|\|\||==|!=|[!(),])""",
    re.VERBOSE | re.ASCII,
)
_LITERAL = re.compile(r"[A-Za-z0-9 ._:/+@*-]{1,128}", re.ASCII)
# Longer than `r.`, two names of 40 characters and a dot between them.
_LONGEST_NAME = 100
# Stock Casbin turns these into something else even inside a literal.
_REWRITTEN = re.compile(r"\b[rp][0-9]*\.|\beval\(", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: "name", "literal", "operator" or "end".
        text: as written; a literal without its quotes.
        line: 1-based line.
        column: 1-based column.
    """

    kind: str
    text: str
    line: int
    column: int


def matcher_refused(fault: Fault) -> PolicyError:
    """Return the error for a matcher that can't be read any further."""
    return PolicyError("policy-refused", "the matcher is refused", faults=(fault,))


def tokenize(source: PlacedText, file: str) -> tuple[Token, ...]:
    """Return the tokens of a matcher, the last of kind "end".

    Raises:
        PolicyError: `policy-refused` with one fault: `matcher-too-long`,
            `matcher-syntax`, `literal-malformed`, `literal-rewritten` or
            `operator-unspaced`.
    """
    text = source.text
    if len(text) > MAX_MATCHER:
        message = f"the matcher has {len(text)} characters, more than {MAX_MATCHER}"
        place = source.place(MAX_MATCHER)
        raise matcher_refused(Fault(file, *place, "matcher-too-long", message))
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        line, column = source.place(at)
        if not match:
            message = f"`{text[at]}` has no meaning in a matcher"
            raise matcher_refused(Fault(file, line, column, "matcher-syntax", message))
        kind, word = str(match.lastgroup), match.group()
        if kind == "literal":
            word = word[1:-1]
        problem = _problem(kind, word, _around(text, match))
        if problem:
            raise matcher_refused(Fault(file, line, column, *problem))
        if kind != "space":
            tokens.append(Token(kind, word, line, column))
        at = match.end()
    tokens.append(Token("end", "", *source.place(len(text))))
    return tuple(tokens)


def _around(text: str, match: re.Match[str]) -> str:
    """Return the characters before and after a match, as many as there are."""
    start, end = match.span()
    return text[start - 1 : start] + text[end : end + 1]


def _problem(kind: str, word: str, around: str) -> tuple[str, str] | None:
    if kind == "literal":
        if not _LITERAL.fullmatch(word):
            return "literal-malformed", f"literal `{word[:40]}` holds more than a value"
        if _REWRITTEN.search(word):
            return (
                "literal-rewritten",
                f"stock Casbin would rewrite the inside of literal `{word}`",
            )
    elif len(word) > _LONGEST_NAME:
        return "matcher-syntax", f"`{word[:40]}...` is too long for a name"
    elif word in {"&&", "||"} and around != "  ":
        return "operator-unspaced", f"`{word}` needs a space on both sides"
    return None
