"""What cases and reports are told with: acts as lines, values in plain words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ringwall.cli.output import json_text
from ringwall.cli.raid_acts import title
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from ringwall.raid.timeline import Moment

__all__ = ["MOMENT", "plain", "print_moment"]

MOMENT: Final = ("index", "at", "by", "kind", "id", "act", "after", "told", "decision")
"""Columns of an act in CSV."""
_TOLD: Final = 200


def plain(value: object) -> str:
    """Return a value of a report in plain words: a text in JSON is for programs.

    Args:
        value: as JSON; text of strangers, not yet fit for a screen.
    """
    match value:
        case str():
            return value
        case Mapping():
            told = (f"{name} {plain(one)}" for name, one in value.items())
            return ", ".join(told)
        case [*items]:
            apart = "; " if any(isinstance(one, Mapping) for one in items) else ", "
            return apart.join(map(plain, items))
        case _:
            return json_text(value)


def print_moment(one: "Moment") -> None:
    """Print an act in one line, and what is told of it below.

    Args:
        one: of a timeline.
    """
    what = one.kind.removeprefix("raid.")
    act = one.act if what in {"case", one.act} else f"{what} {one.act}"
    # To the second: the entry has the rest.
    at = one.at[: len("2027-01-31T00:00:00")] + "Z"
    print_text(f"{at}  {act}, {one.by.removeprefix('user:')}  {one.decision}")
    told = to_second(one.told) if what == "clock" else one.told
    if told:
        print_text(title(told, _TOLD), indent=2)
