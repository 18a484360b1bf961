"""A package as a page that a person can read, beside its bytes.

Must never say more than the package, nor let a stranger's text act as markup.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from ringwall.raid.intake.plain_text import shown
from ringwall.raid.routing.receipts import HANDOVER_NAMESPACE, blank_receipt

__all__ = ["handover_page", "plain_words", "words_of"]

_HOW: Final = (
    "Fill in who accepts it and when, and sign the file with the key that the desk has "
    "on record for you:"
)
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>|~&#!()]")
_ROLES: Final = {"primary": "to take it over", "copy": "as a copy"}


def handover_page(data: bytes, handover: str) -> bytes:
    """Return the page: Markdown, UTF-8.

    Args:
        data: the package, as `pack` made it.
        handover: its id.
    """
    told = json.loads(data)
    label, recipient = told["label"].upper(), told["recipient"]
    digest = sha256(data).hexdigest()
    lines = [
        f"# TLP:{label} {_exercise(told)}hand-over {handover}",
        "",
        f"- To: {recipient}, {_ROLES[told['role']]}",
        f"- Why: {plain_words(told['risk'])} ({plain_words(told['basis'])})",
        f"- Package: SHA-256 {digest}",
        "",
        "## Facts",
        "",
        *_facts(told["facts"]),
        "",
        "## To accept",
        "",
        _HOW,
        "",
        "```",
        blank_receipt(handover, digest, recipient),
        f"ssh-keygen -Y sign -n {HANDOVER_NAMESPACE} -f KEY receipt.json",
        "```",
        "",
        f"TLP:{label} {_exercise(told)}".rstrip(),
        "",
    ]
    return "\n".join(lines).encode()


def _exercise(told: Mapping[str, Any]) -> str:
    """Return what is said before all else in an exercise."""
    name = told.get("exercise", "")
    return f"EXERCISE {name}, nothing of this is real: " if name else ""


def _facts(facts: Sequence[dict[str, Any]]) -> Iterator[str]:
    about = ""
    for fact in facts:
        if fact["about"] != about:
            if about:
                yield ""
            about = fact["about"]
            yield f"### {about}"
            yield ""
        label = fact["label"].upper()
        yield f"- {fact['name']} (TLP:{label}): {plain_words(words_of(fact['value']))}"


def words_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value of a fact in words, on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {words_of(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(words_of, value)) or "none"
    return str(value)


def plain_words(text: str) -> str:
    """Return a text as one line of Markdown in which nothing acts as markup."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", shown(text))
