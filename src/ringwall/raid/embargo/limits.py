"""How long embargoes may last, and when their end is warned of: data, with sources.

Must never take a number that the file leaves out for any other than none at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.model.raid_embargo_kinds import LONGEST, RECOVERABLE, UTMOST
from ringwall.raid.embargo.approvers import read_approvers
from ringwall.raid.rule_table import RuleTable, TableCodes
from ringwall.raid.sheet import Line, Sheet
from ringwall.signing.ssh import SshKey

__all__ = ["EMBARGO_FILE", "HOUR", "Limits", "parse_limits", "read_limits"]

EMBARGO_FILE: Final = "embargo.csv"
"""Name of the file, in the folder of the desk's own rules."""
HOUR: Final = 3_600_000_000
"""An hour in microseconds."""

_TABLE: Final = RuleTable(
    EMBARGO_FILE,
    ("id", "what", "recoverable", "hours", "source", "confidence"),
    TableCodes(
        "embargo-limits-refused",
        "embargo-limits-unreadable",
        "embargo-limit-malformed",
    ),
)
_BY_KIND: Final = frozenset({"first-term", "default"})
_SIGNED: Final = "signed-total"
_WHATS: Final = frozenset({*_BY_KIND, "total", _SIGNED, "warning"})
_ANY: Final = "any"
_MOST_HOURS: Final = LONGEST // HOUR
_UTMOST_HOURS: Final = UTMOST // HOUR


@dataclass(frozen=True)
class Limits:
    """What embargoes are held to; microseconds throughout.

    Attributes:
        terms: whether it can be taken back -> longest first term.
        defaults: likewise -> the term that the institute publishes as its own.
        total: longest from the start to the end, revisions included; 0 for none said.
        warnings: how long before the end it is warned of, the longest first.
        signed_total: as `total`, where the director and an approver have signed for
            it; 0 for no more than that.
        approvers: who signs from outside: name -> key.
    """

    terms: Mapping[str, int] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    warnings: tuple[int, ...] = ()
    signed_total: int = 0
    approvers: Mapping[str, SshKey] = field(default_factory=dict)

    def check(self, recoverable: str, now: int, since: int | None, ends: int) -> None:
        """Refuse an end that lies too far ahead, or behind.

        Args:
            recoverable: whether the capability can be taken back.
            now: instant.
            since: of the start; None for an embargo that is not in force.
            ends: instant of the end.

        Raises:
            ActRefused: `embargo-end-past`; `recoverable-untold`, nobody has said
                whether it can be taken back, so no limit is known;
                `embargo-limits-missing`; `embargo-too-long`.
        """
        if ends <= now:
            raise ActRefused(
                "embargo-end-past",
                "an embargo ends in the future",
                next_step="give an end that is to come with --until",
            )
        if not recoverable:
            raise ActRefused(
                "recoverable-untold",
                "nobody has said whether the capability can be taken back, and how "
                "long an embargo may last hangs on that",
                next_step="say it: `ringwall raid matter tell CASE --recoverable "
                "service-side` (or contained, released)",
            )
        # Whether somebody signed for it is asked where it is put in force.
        total = max(self.total, self.signed_total)
        longest = total if since is not None else self.terms.get(recoverable, 0)
        if not longest or not self.total:
            raise ActRefused(
                "embargo-limits-missing",
                "the rules in force say nothing of how long an embargo may last",
                next_step="adopt rules with desk/embargo.csv: "
                "`ringwall raid rules adopt`",
            )
        start = now if since is None else since
        if ends - start > min(longest, total):
            days = min(longest, total) // (24 * HOUR)
            what = "in all" if since is not None else "at first"
            raise ActRefused(
                "embargo-too-long",
                f"an embargo lasts at most {days} days {what} where the capability is "
                f"{recoverable}",
                next_step="give an earlier end with --until",
            )

    def due_warnings(self, now: int, ends: int) -> tuple[int, ...]:
        """Return which warnings of an end are due: how long before it each is.

        Args:
            now: instant.
            ends: instant of the end.
        """
        return tuple(one for one in self.warnings if now >= ends - one)


def read_limits(folder: Path) -> Limits:
    """Return the limits in a folder; none where the rules are older than embargoes.

    Args:
        folder: `raid/desk` of an institute, or of a kept copy.

    Raises:
        DeclarationError: as `parse_limits` and `read_approvers`.
    """
    data = _TABLE.read(folder)
    if data is None:
        return Limits()
    return replace(parse_limits(data), approvers=read_approvers(folder))


def parse_limits(data: bytes) -> Limits:
    """Return limits.

    Args:
        data: CSV.

    Raises:
        DeclarationError: `embargo-limits-refused`, with each fault.
    """
    sheet = _TABLE.parse(data)
    found = {line["id"]: line for line in sheet.lines if _is_sound(sheet, line)}
    if len(found) < len(sheet.lines) and not sheet.faults:
        sheet.fault(0, "duplicate-id", "two rows have one id")
    rows = found.values()
    terms, defaults = _by_kind(rows, "first-term"), _by_kind(rows, "default")
    totals = [_span(line) for line in rows if line["what"] == "total"]
    signed = [_span(line) for line in rows if line["what"] == _SIGNED]
    warnings = {_span(line) for line in rows if line["what"] == "warning"}
    known = set(RECOVERABLE[1:])
    if not sheet.faults and (set(terms) != known or len(totals) != 1):
        told = "each of them needs a first term, and all need one total"
        sheet.fault(0, "embargo-limits-gap", told, ", ".join(RECOVERABLE[1:]))
    if any(span > terms[name] for name, span in defaults.items() if name in terms):
        sheet.fault(0, "embargo-default-long", "a default is above the first term")
    if len(signed) > 1 or any(span < total for span in signed for total in totals):
        told = "there is one total that two sign for, and it is no shorter"
        sheet.fault(0, "embargo-limits-gap", told)
    if sheet.faults:
        raise _TABLE.refusal(sheet)
    ahead = tuple(sorted(warnings, reverse=True))
    return Limits(terms, defaults, totals[0], ahead, sum(signed))


def _is_sound(sheet: Sheet, line: Line) -> bool:
    wanted = set(RECOVERABLE[1:]) if line["what"] in _BY_KIND else {_ANY}
    hours = line["hours"]
    most = _UTMOST_HOURS if line["what"] == _SIGNED else _MOST_HOURS
    cells = {
        "what": line["what"] in _WHATS,
        "recoverable": line["recoverable"] in wanted,
        "hours": hours.isascii()
        and hours.isdecimal()
        and str(int(hours)) == hours
        and 0 < int(hours) <= most,
    }
    return _TABLE.is_sound(sheet, line, cells)


def _by_kind(rows: Iterable[Line], what: str) -> dict[str, int]:
    return {one["recoverable"]: _span(one) for one in rows if one["what"] == what}


def _span(line: Line) -> int:
    return int(line["hours"]) * HOUR
