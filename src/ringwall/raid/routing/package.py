"""The package of a hand-over: exactly the facts that one recipient may be told.

The same facts give the same bytes. Must never hold a fact above the recipient's label,
words of a reporter who did not agree, nor anything that points to who the reporter is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.raid.routing.facts import CaseFacts, Report
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.plan import PlannedRow
from ringwall.raid.routing.reader import PARTS
from ringwall.raid.routing.rows import Routes

__all__ = ["FORMAT", "Offer", "Package", "PackedFact", "least_part", "offered", "pack"]

FORMAT: Final = "ringwall-handover-package"
"""What a package calls itself."""

_CASE: Final[Mapping[str, str]] = {
    "class": "summary",
    "kind": "summary",
    "spread": "summary",
    "danger": "summary",
    "revers": "defence",
    "expl": "defence",
    "auto": "all",
    "uplift": "all",
    "weights": "all",
}
"""Decision point -> the least part that tells it."""
_REPORT: Final[Mapping[str, str]] = {
    "kind": "summary",
    "occurred": "summary",
    "states": "summary",
    "harms": "summary",
    "danger": "summary",
    "public": "summary",
    "sector": "defence",
    "title": "defence",
    "systems": "all",
    "weights": "all",
    "behaviour": "all",
    "compute": "all",
    "narrative": "all",
    "chain": "all",
    "techniques": "all",
    "references": "all",
}
"""Field of a report -> the least part that tells it.

What is in no row is never told: when the reporter became aware, what they are to the
law, their language, their consent, where the report came from, what they wished.
"""
_WORDS: Final = frozenset(
    {"title", "narrative", "chain", "techniques", "references", "sector"}
)
"""Fields that hold the reporter's own words."""


class PackedFact(NamedTuple):
    """A fact as it is told.

    Attributes:
        about: id of the case or of the report that says so.
        name: of the decision point or field.
        label: word of its label.
        value: JSON.
    """

    about: str
    name: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Package:
    """A package, and what the sender alone is told about it.

    Attributes:
        data: canonical JSON.
        digest: SHA-256 of it, hex.
        label: the highest of its facts.
        facts: in order.
        withheld: why facts were left out -> how many: `part`, `label`, `consent`,
            `reporter`, `exit`.
    """

    data: bytes
    digest: str
    label: Tlp
    facts: tuple[PackedFact, ...]
    withheld: Mapping[str, int]


def least_part(name: str, *, is_point: bool) -> str:
    """Return the least part of the facts that tells something; empty if none does.

    Args:
        name: of a decision point, or of a field of a report.
        is_point: which of the two.
    """
    return (_CASE if is_point else _REPORT).get(name, "")


def pack(
    case: CaseFacts,
    row: PlannedRow,
    tables: Routes,
    exercise: str = "",
    only: frozenset[str] | None = None,
) -> Package:
    """Return the package for one recipient.

    Args:
        case: what is known.
        row: of its plan; of a recipient that a package may be sent to.
        tables: in force.
        exercise: name of the exercise that it is part of, which it then tells; empty
            for none.
        only: names of facts, where an exit of the barrier lets out no others; None for
            all that the recipient may be told.

    Raises:
        ValueError: nothing is ever sent to such a row.
    """
    if row.role not in ("primary", "copy"):
        raise ValueError(f"nothing is sent to a row that is `{row.role}`")
    withheld: Counter[str] = Counter()
    facts: list[PackedFact] = []
    is_party = tables.functions[row.function].scope == "party"
    highest = Tlp.CLEAR
    offers = offered(case, row.part, is_party=is_party)
    for about, name, label, value, why_not in offers:
        reason = why_not or ("label" if label > row.ceiling else "")
        if only is not None and name not in only:
            reason = reason or "exit"
        if reason:
            withheld[reason] += 1
            continue
        highest = max(highest, label)
        facts.append(PackedFact(about, name, label.word, value))
    told = {
        "v": 1,
        "kind": FORMAT,
        "case": case.standing.id,
        "route": row.route.id,
        "role": row.role,
        "recipient": row.recipient,
        "label": highest.word,
        "risk": row.route.risk,
        "basis": row.route.basis,
        "facts": [fact._asdict() for fact in facts],
        **({"exercise": exercise} if exercise else {}),
    }
    data = dump_canonical(told)
    digest = sha256(data).hexdigest()
    return Package(data, digest, highest, tuple(facts), dict(withheld))


class Offer(NamedTuple):
    """A fact that is known, whoever may be told of it.

    Attributes:
        about: id of the case or of the report that says so.
        name: of the decision point or field.
        label: of it.
        value: JSON.
        why_not: `part`, `consent` or `reporter` if it is withheld whatever its label;
            else empty.
    """

    about: str
    name: str
    label: Tlp
    value: Any
    why_not: str


def offered(case: CaseFacts, part: str, *, is_party: bool) -> Iterator[Offer]:
    """Give every fact of a case; nothing that is known is passed over unsaid.

    Args:
        case: what is known.
        part: of the facts that somebody is for: `all`, `defence` or `summary`.
        is_party: whether they are a firm that the case names.
    """
    depth = PARTS.index(part)
    standing = case.standing
    for name, least in _CASE.items():
        values = list(case.points[name])
        why_not = "part" if PARTS.index(least) > depth else ""
        yield Offer(standing.id, name, standing.label, values, why_not)
    for report in case.reports:
        label = max(standing.label, report.label)
        for name in sorted(report.document):
            value = report.document[name]
            why_not = _withheld(report, name, depth, is_party=is_party)
            yield Offer(report.id, name, label, value, why_not)


def _withheld(report: Report, name: str, depth: int, *, is_party: bool) -> str:
    """Return why a field of a report is not told, whatever its label; or ""."""
    if name not in _REPORT:
        return "reporter"
    if PARTS.index(_REPORT[name]) > depth:
        return "part"
    consent = report.document.get("consent") or {}
    agreed = consent.get("developer" if is_party else "authorities", "")
    # Silence lets codes pass to an authority, words to nobody, and nothing to a firm.
    needs = is_party or name in _WORDS
    if agreed == "no" or (needs and agreed != "yes"):
        return "consent"
    return ""
