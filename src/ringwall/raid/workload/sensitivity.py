"""What a projection hangs on: each assumption a fifth less and a fifth more.

Pure. Must never change two assumptions at once.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from ringwall.raid.workload.setting import Setting, Stream

__all__ = ["SHIFT", "Swing", "swings"]

SHIFT: Final = 0.2
"""By how much each is changed, as a share of itself."""

_MOST_PERCENT: Final = 100.0
_NOTHING: Final = 1e-9
_Change = Callable[[Setting, float], Setting]


class Swing(NamedTuple):
    """What becomes of the answer as one assumption changes.

    Attributes:
        what: the assumption.
        is_capped: whether it could not be raised by as much: no share is over 100 %.
        needed: people that it takes with a fifth less, as it is, with a fifth more.
        there: people who are there, likewise.
    """

    what: str
    is_capped: bool
    needed: tuple[float, float, float]
    there: tuple[float, float, float]

    @property
    def width(self) -> float:
        """How far apart what is needed and what is there come, at most."""
        gaps = [one - other for one, other in zip(self.needed, self.there, strict=True)]
        return max(gaps) - min(gaps)


def swings(setting: Setting) -> list[Swing]:
    """Return what the answer hangs on, the most telling first, and nothing else.

    Args:
        setting: what the projection starts from.
    """
    found = []
    for what, change in _CHANGES.items():
        less, more = change(setting, 1 - SHIFT), change(setting, 1 + SHIFT)
        states = (less, setting, more)
        found.append(
            Swing(
                what,
                _is_capped(setting, what),
                (less.needed, setting.needed, more.needed),
                (states[0].staff, states[1].staff, states[2].staff),
            )
        )
    telling = (one for one in found if one.width > _NOTHING)
    return sorted(telling, key=lambda one: (-one.width, one.what))


def _is_capped(setting: Setting, what: str) -> bool:
    shares = {
        "usable share": setting.usable_percent,
        "share of other work": setting.other_work_percent,
    }
    return shares.get(what, 0) * (1 + SHIFT) > _MOST_PERCENT


def _people(setting: Setting, by: float) -> Setting:
    return replace(setting, people=setting.people * by, absences=())


def _other_work(setting: Setting, by: float) -> Setting:
    share = min(_MOST_PERCENT, setting.other_work_percent * by)
    return replace(setting, other_work_percent=share, absences=())


def _hours(setting: Setting, by: float) -> Setting:
    return replace(setting, minutes_per_week=setting.minutes_per_week * by)


def _usable(setting: Setting, by: float) -> Setting:
    share = min(_MOST_PERCENT, setting.usable_percent * by)
    return replace(setting, usable_percent=share)


def _each(change: Callable[[Stream, float], Stream]) -> _Change:
    def changed(setting: Setting, by: float) -> Setting:
        streams = tuple(change(one, by) for one in setting.streams)
        return replace(setting, streams=streams)

    return changed


def _arrivals(one: Stream, by: float) -> Stream:
    return one._replace(
        deep_count=one.deep_count * by, shallow_count=one.shallow_count * by
    )


def _deep_minutes(one: Stream, by: float) -> Stream:
    return one._replace(deep=one.deep * by)


def _shallow_minutes(one: Stream, by: float) -> Stream:
    return one._replace(shallow=one.shallow * by)


def _deep_share(one: Stream, by: float) -> Stream:
    deep = min(one.items, one.deep_count * by)
    return one._replace(deep_count=deep, shallow_count=one.items - deep)


_CHANGES: Final[dict[str, _Change]] = {
    "people": _people,
    "share of other work": _other_work,
    "hours a week": _hours,
    "usable share": _usable,
    "arrivals": _each(_arrivals),
    "hours of a whole look": _each(_deep_minutes),
    "hours of a first look": _each(_shallow_minutes),
    "share looked at whole": _each(_deep_share),
}
