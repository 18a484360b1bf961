"""The questions of a report as a person answers them, in words: twelve and no more.

Pure. Must never take an answer for another one: what does not fit is asked again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ringwall.base.errors import DeclarationError
from ringwall.raid.intake.document import REQUIRED
from ringwall.raid.intake.report_reader import check_report

__all__ = ["NOTICE", "QUESTIONS", "Question", "answer_of", "fault_of"]

NOTICE: Final = (
    "Don't write who you are: a report has no field for it, and what you write is read "
    "by the incident desk and kept. Answer `unknown` where you don't know."
)
"""Stands before the first question."""

_UNKNOWN: Final = "unknown"
_BETWEEN: Final = ".."


class Question(NamedTuple):
    """A question.

    Attributes:
        field: of a report.
        flag: by which a command line answers it.
        words: of the question.
        hint: how to answer.
        several: whether the flag may be given more than once.
        is_long: whether the answer may have several lines.
    """

    field: str
    flag: str
    words: str
    hint: str
    several: bool = False
    is_long: bool = False


_CHOICES: Final = {
    "kind": "incident, near-miss, hazard, demonstration",
    "harms": "death, health, critical-infrastructure, rights, property, environment, "
    "personal-data, financial; or none",
    "weights": "no, stolen, self-exfiltrated",
    "behaviour": "none, suspected, shown",
    "danger": "no, imminent",
    "public": "yes, no",
}

QUESTIONS: Final = (
    Question("title", "--title", "What is it about, in one line?", ""),
    Question("narrative", "--narrative", "What happened?", "", is_long=True),
    Question(
        *("kind", "--kind", "What kind of event is it?", _CHOICES["kind"]),
    ),
    Question(
        *("occurred", "--occurred", "When did it happen, as far as you know?"),
        "2026, 2026-03, 2026-03-14, an instant, or two with .. between",
    ),
    Question(
        *("aware", "--aware", "When did you become aware of it?"),
        "an instant such as 2026-03-14T09:30:00Z",
    ),
    Question(
        *("systems", "--system", "Which AI systems are concerned?"),
        "name; developer; version",
        several=True,
    ),
    Question(
        *("states", "--state", "In which states of the EEA?"),
        "codes such as FR, DE; or none",
        several=True,
    ),
    Question(
        *("harms", "--harm", "What harm was done?", _CHOICES["harms"]), several=True
    ),
    Question(
        *("weights", "--weights", "Did model weights get out?", _CHOICES["weights"])
    ),
    Question(
        *("behaviour", "--behaviour"),
        "Did the system deceive, act on its own, or escape control?",
        _CHOICES["behaviour"],
    ),
    Question(
        *("danger", "--danger", "Is there danger to life now?", _CHOICES["danger"])
    ),
    Question(*("public", "--public", "Is it public already?", _CHOICES["public"])),
)
"""In the order in which they are asked; each stands for one of `REQUIRED`."""


def answer_of(field: str, texts: Sequence[str]) -> Any:  # noqa: ANN401 - JSON data
    """Return what a person has answered, as JSON data.

    Args:
        field: of a report.
        texts: the answers, as they were typed or given by flags; one at least.
    """
    if [text.strip().lower() for text in texts] == [_UNKNOWN] and field in _OPEN:
        return _UNKNOWN
    return _READERS.get(field, _word)(texts)


def fault_of(field: str, answer: Any) -> str:  # noqa: ANN401 - JSON data
    """Return what is wrong with an answer, empty if nothing is.

    Args:
        field: of a report.
        answer: JSON data.
    """
    others = {**dict.fromkeys(REQUIRED, _UNKNOWN), field: answer}
    try:
        check_report(others, "")
    except DeclarationError as error:
        fault = error.faults[0]
        expected = f"; expected {fault.expected}" if fault.expected else ""
        return f"{fault.message}{expected}"
    return ""


_OPEN: Final = frozenset(REQUIRED) - {"title", "narrative"}


def _text(texts: Sequence[str]) -> str:
    return texts[0].strip()


def _word(texts: Sequence[str]) -> str:
    return texts[0].strip().lower()


def _span(texts: Sequence[str]) -> dict[str, str]:
    start, between, end = texts[0].partition(_BETWEEN)
    return {"from": start.strip()} | ({"until": end.strip()} if between else {})


def _parts(texts: Sequence[str], sign: str = ",") -> list[str]:
    return [part.strip() for text in texts for part in text.split(sign) if part.strip()]


def _codes(texts: Sequence[str]) -> list[str]:
    codes = [code.upper() for code in _parts(texts)]
    return [] if codes == ["NONE"] else codes


def _words(texts: Sequence[str]) -> list[str]:
    return [word.lower() for word in _parts(texts)]


def _systems(texts: Sequence[str]) -> list[dict[str, str]]:
    names = ("name", "developer", "version")
    return [
        {
            name: part.strip()
            for name, part in zip(names, text.split(";", 2), strict=False)
            if part.strip()
        }
        for text in texts
    ]


_READERS: Final[Mapping[str, Callable[[Sequence[str]], Any]]] = {
    "title": _text,
    "narrative": _text,
    "occurred": _span,
    "aware": _text,
    "systems": _systems,
    "states": _codes,
    "harms": _words,
}
