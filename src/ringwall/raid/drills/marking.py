"""What of a script was done, and what of it on time: the record held against it.

Pure. Must never count an act that was done on another case, or before its inject.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ringwall.raid.drills.script import Expected, Script

__all__ = ["Injected", "Mark", "Played", "Stretch", "mark"]

_MINUTE: Final = 60_000_000
_CASE: Final = "raid.case"
_LINK: Final = "raid.link"


class Injected(NamedTuple):
    """An inject that was played.

    Attributes:
        at: instant.
        report: id of the report that came in; empty for none.
    """

    at: int
    report: str


class Played(NamedTuple):
    """An act on record.

    Attributes:
        kind: of event.
        act: what was done.
        id: of the object.
        case: id of the case that it belongs to; empty for none.
        at: instant.
        card: the row that it leaves.
    """

    kind: str
    act: str
    id: str
    case: str
    at: int
    card: Mapping[str, Any]


class Stretch(NamedTuple):
    """The time that is judged.

    Attributes:
        started: instant at which the drill was started.
        until: instant up to which it is judged.
        is_over: whether the drill ended then.
    """

    started: int
    until: int
    is_over: bool


class Mark(NamedTuple):
    """What became of an expectation.

    Attributes:
        id: in the script.
        words: what was expected.
        state: `on-time`, `late` (done after its limit), `missed` (its limit passed and
            it is undone), `open` (there is time yet), `undone` (the drill ended before
            its limit), `waiting` (its inject was not played), `kept` (what must never
            happen did not) or `broken` (it did).
        due: instant of the limit; None where there is none.
        at: instant at which it was done; None if it was not.
    """

    id: str
    words: str
    state: str
    due: int | None
    at: int | None


def mark(
    script: Script,
    stretch: Stretch,
    injected: Mapping[str, Injected],
    acts: Sequence[Played],
) -> tuple[Mark, ...]:
    """Return what became of each expectation of a script.

    Args:
        script: what was expected.
        stretch: from when on, and up to when.
        injected: id of each inject that was played -> what came of it.
        acts: in the order of the log.
    """
    return tuple(_marked(one, stretch, injected, acts) for one in script.expected)


def _marked(
    one: Expected,
    stretch: Stretch,
    injected: Mapping[str, Injected],
    acts: Sequence[Played],
) -> Mark:
    begun, about = stretch.started, None
    for name in filter(None, (one.of, one.since)):
        if name not in injected:
            return Mark(one.id, one.words, "waiting", None, None)
        begun = injected[name].at
    if one.of:
        report = injected[one.of].report
        about = {report, *_cases_of(report, acts)} - {""}
    done = next((act.at for act in acts if _meets(one, act, begun, about)), None)
    if one.is_never:
        state = "kept" if done is None else "broken"
        return Mark(one.id, one.words, state, None, done)
    due = begun + one.within * _MINUTE
    if done is not None:
        return Mark(one.id, one.words, "on-time" if done <= due else "late", due, done)
    early = "undone" if stretch.is_over else "open"
    state = early if stretch.until <= due else "missed"
    return Mark(one.id, one.words, state, due, None)


def _meets(one: Expected, act: Played, begun: int, about: set[str] | None) -> bool:
    return (
        (act.kind, act.act) == (one.kind, one.act)
        and act.at >= begun
        and (about is None or act.id in about or act.case in about)
        and all(act.card.get(name) in values for name, values in one.card.items())
    )


def _cases_of(report: str, acts: Iterable[Played]) -> set[str]:
    """Return the cases that a report was ever linked to, and what they went into."""
    found: set[str] = set()
    for act in acts:
        if act.kind == _LINK and act.card.get("report") == report and report:
            found.add(act.case)
        if act.kind == _CASE and act.act == "merge" and act.id in found:
            found.add(str(act.card["redirect"]))
    return found
