"""One row of a clock table to what it says.

Must never fill in what a row leaves out.
"""

import re
from collections.abc import Collection
from datetime import date
from typing import Final, TypeVar

from ringwall.raid.clocks.counting import CALENDARS
from ringwall.raid.clocks.period import Period, parse_period
from ringwall.raid.clocks.rule import (
    EVENTS,
    OWED,
    SENT,
    STATUSES,
    ClockRule,
    Limb,
    Sort,
    Stage,
)
from ringwall.raid.sheet import Line

__all__ = [
    "PLACE_COLUMNS",
    "RULE_COLUMNS",
    "STAGE_COLUMNS",
    "rule_of",
    "stage_of",
]

RULE_COLUMNS: Final = (
    *("id", "regime", "article", "trigger", "owed", "host", "owner", "recipient"),
    *("at", "calendar", "sort", "serious", "applies_from", "applies_to", "status"),
    *("disputed_from", "confidence", "source", "verified_on", "version", "statement"),
)
STAGE_COLUMNS: Final = (
    *("rule", "stage", "start", "limit", "second_start", "second_limit", "second"),
    *("follows", "when", "every"),
)
PLACE_COLUMNS: Final = ("code", "name", "sort", "zone")

_ID: Final = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
_NAME: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SORTS: Final[tuple[Sort, ...]] = ("deadline", "duty", "standing")
_CONFIDENCE: Final = ("text", "page", "recalled", "disputed")
_SECONDS: Final = ("", "binding", "disputed")
_HOST: Final = "host"
_T = TypeVar("_T", bound=str)


def stage_of(line: Line) -> Stage:
    """Return the stage of a row.

    Raises:
        ValueError: a cell is not what it should be.
    """
    if not _NAME.fullmatch(line.cells["stage"]):
        raise ValueError(f"`{line['stage']}` is no name of a stage")
    kind = _among(line, "second", _SECONDS)
    second = None
    if kind:
        second = Limb(
            _event(line.cells["second_start"]), parse_period(line.cells["second_limit"])
        )
    elif line.cells["second_start"] or line.cells["second_limit"]:
        raise ValueError("`second` does not say whether the second limit binds")
    first = Limb(_event(line.cells["start"]), _limit(line.cells["limit"]))
    if second is not None and first.limit is None:
        raise ValueError("a second limit stands beside none")
    follows = tuple(line.cells["follows"].split(" ")) if line.cells["follows"] else ()
    recurs = _flag(line, "every")
    if first.start in SENT and not follows:
        raise ValueError(f"`{first.start}` is a sending, and no stage to follow on")
    return Stage(
        *(line.cells["stage"], first, second, kind == "disputed", follows),
        *(line.cells["when"], recurs),
    )


def rule_of(
    line: Line, stages: tuple[Stage, ...], places: Collection[str]
) -> ClockRule:
    """Return the rule of a row.

    Args:
        line: the row.
        stages: of the rule.
        places: sorts of places that there are.

    Raises:
        ValueError: a cell is not what it should be.
    """
    _check_words(line, places)
    sort = _among(line, "sort", _SORTS)
    _check_limits(sort, stages)
    rule = ClockRule(
        id=line.cells["id"],
        regime=line.cells["regime"],
        article=line.cells["article"],
        trigger=line.cells["trigger"],
        owed=_among(line, "owed", OWED),
        host=_flag(line, "host"),
        owner=line.cells["owner"],
        recipient=line.cells["recipient"],
        at=line.cells["at"],
        calendar=_among(line, "calendar", CALENDARS),
        sort=sort,
        serious=_flag(line, "serious"),
        applies_from=_day(line, "applies_from"),
        applies_to=_day(line, "applies_to"),
        status=_among(line, "status", STATUSES),
        disputed_from=_day(line, "disputed_from"),
        confidence=_among(line, "confidence", _CONFIDENCE),
        source=line.cells["source"],
        verified_on=_day(line, "verified_on"),
        version=_number(line.cells["version"]),
        statement=line.cells["statement"],
        stages=stages,
    )
    _check_dates(rule)
    return rule


def _check_words(line: Line, places: Collection[str]) -> None:
    if not _ID.fullmatch(line.cells["id"]):
        raise ValueError(f"`{line['id']}` is no id of a rule, such as GDPR33")
    for column in ("regime", "article", "trigger", "owner", "recipient", "statement"):
        if not line.cells[column]:
            raise ValueError(f"`{column}` is empty")
    if line.cells["at"] != _HOST and line.cells["at"] not in places:
        raise ValueError(f"`{line['at']}` is no sort of place")


def _check_limits(sort: Sort, stages: tuple[Stage, ...]) -> None:
    has_number = any(stage.first.limit for stage in stages)
    if sort == "standing" and stages:
        raise ValueError("no clock runs under a standing rule: it has no stages")
    if sort != "standing" and not stages:
        raise ValueError("it has no stage in `stages.csv`")
    if (sort == "deadline") != has_number:
        raise ValueError(f"`{sort}` does not go with its limits")


def _check_dates(rule: ClockRule) -> None:
    if rule.applies_from is None:
        if rule.status != "proposed":
            raise ValueError("`applies_from` is empty, and it is not `proposed`")
    elif rule.status == "proposed":
        raise ValueError("what is `proposed` applies from no day")
    elif rule.applies_to is not None and rule.applies_to < rule.applies_from:
        raise ValueError("`applies_to` lies before `applies_from`")
    if (rule.status == "disputed") != (rule.disputed_from is not None):
        raise ValueError("`disputed_from` goes with the status `disputed`")


def _event(text: str) -> str:
    if text not in EVENTS:
        raise ValueError(f"`{text}` is no event that a clock starts from")
    return text


def _limit(text: str) -> Period | None:
    return parse_period(text) if text else None


def _among(line: Line, column: str, words: tuple[_T, ...]) -> _T:
    for word in words:
        if word == line.cells[column]:
            return word
    known = ", ".join(word for word in words if word)
    raise ValueError(f"`{column}` is none of {known}")


def _flag(line: Line, column: str) -> bool:
    return _among(line, column, ("no", "yes")) == "yes"


def _day(line: Line, column: str) -> date | None:
    if not line.cells[column]:
        return None
    try:
        return date.fromisoformat(line.cells[column])
    except ValueError:
        raise ValueError(f"`{column}` is no date such as 2026-09-11") from None


def _number(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise ValueError("`version` is no number from 1 on")
    return int(text)
