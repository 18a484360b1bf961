"""A form as a page that a person can read, beside its bytes.

Must never say more than the form, nor let a stranger's text act as markup.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ringwall.raid.exports.telling import exercise_mark
from ringwall.raid.routing.page import plain_words, words_of

__all__ = ["form_page"]

_TITLES: Final[Mapping[str, str]] = {
    "art73": "Serious incident of a high-risk AI system (AI Act, Art. 73)",
    "gpai": "Serious incident of a general-purpose AI model (AI Act, Art. 55)",
    "nis2": "Significant incident (NIS2, Art. 23)",
}
_STATES: Final[Mapping[str, str]] = {
    "unknown": "*unknown*",
    "withheld": "*withheld: not for this recipient*",
}


def form_page(data: bytes) -> bytes:
    """Return the page: Markdown, UTF-8.

    Args:
        data: the form, as `filled_form` made it.
    """
    form = json.loads(data)
    label = form["label"].upper()
    lines = [
        f"# TLP:{label} {exercise_mark(form['exercise'])}{_TITLES[form['form']]}",
        "",
        f"- Draft for: {form['recipient']}, of {form['at']}",
        f"- Case: {form['case']}; stage: {form['stage']}",
        "",
        *_fields(form["fields"]),
        f"TLP:{label}",
        "",
    ]
    return "\n".join(lines).encode()


def _fields(fields: Sequence[dict[str, Any]]) -> Iterator[str]:
    stage = ""
    for field in fields:
        if field["stage"] != stage:
            stage = field["stage"]
            yield f"## {stage}"
            yield ""
        yield f"### {field['name']}"
        yield ""
        if field["state"] != "known":
            yield _STATES[field["state"]]
        for fact in field["told"]:
            told = plain_words(words_of(fact["value"]))
            label = fact["label"].upper()
            yield f"- {told} ({fact['name']} of {fact['about']}, TLP:{label})"
        yield ""
        yield f"Asked for by {field['basis']} ({field['confidence']})."
        yield ""
