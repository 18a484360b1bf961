"""Cases for the routing table in tests: the tables that come with it, and facts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.raid.desk import RaidDesk
from ringwall.raid.routing.facts import (
    NOTHING_TOLD,
    CaseFacts,
    Report,
    Standing,
    Told,
    facts_of,
)
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.plan import Plan, plan
from ringwall.raid.routing.reader import read_routes
from ringwall.raid.routing.receipts import HANDOVER_NAMESPACE, blank_receipt
from ringwall.raid.routing.rows import Contact, Routes
from ringwall.signing.ssh import SshKey, parse_public_key, sign_ssh
from tests.example import NOON
from tests.office import private_key, public_line
from tests.raid_office import adopted, given, who

__all__ = [
    "ASSESSED",
    "CASE",
    "FOLDER",
    "QUIET",
    "REPORT",
    "TABLES",
    "adopt_contacts",
    "case_facts",
    "planned",
    "recipient_key",
    "report",
    "signed_receipt",
    "told_to",
    "triaged",
    "verified",
]

FOLDER: Final = Path(__file__).resolve().parents[1] / "raid" / "routes"
TABLES: Final = read_routes(FOLDER)
CASE: Final = "case:c-mfzwizltmr"
REPORT: Final = "report:r-mfzwizltmr"
QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    "class": ("routine-failure",),
    "kind": ("realised-harm",),
    "auto": ("none",),
    "uplift": ("below",),
    "spread": ("one-state",),
    "revers": ("full",),
    "expl": ("none",),
    "comp": ("below-1e25",),
    "resp": ("active",),
    "danger": ("no",),
    "weights": ("no",),
    "legal": ("none",),
}
"""A routine case in which nothing is open, so that nothing happens but what is said."""
_SAID: Final[Mapping[str, Any]] = {
    "title": "Title of the report",
    "narrative": "Narrative of the report.",
    "kind": "incident",
    "occurred": {"from": "2026-11-19"},
    "aware": "2026-11-20T08:30:00Z",
    "systems": [{"name": "Rota", "developer": "Example Systems"}],
    "states": ["DE"],
    "harms": ["none"],
    "weights": "no",
    "behaviour": "none",
    "danger": "no",
    "public": "no",
    "sector": "other",
    "entity": "none",
}


def report(
    name: str = REPORT,
    label: Tlp = Tlp.AMBER,
    /,
    **changes: Any,  # noqa: ANN401 - of a report
) -> Report:
    """Return a report that says all; None leaves an answer out."""
    said = {k: v for k, v in {**_SAID, **changes}.items() if v is not None}
    return Report(name, label, said)


def case_facts(
    points: Mapping[str, Iterable[str]] | None = None,
    reports: Iterable[Report] | None = None,
    *,
    standing: Standing | None = None,
    told: Told = NOTHING_TOLD,
    tables: Routes = TABLES,
) -> CaseFacts:
    """Return a quiet case with some points otherwise."""
    return facts_of(
        standing or Standing(CASE, Tlp.AMBER, is_owned=False),
        {**QUIET, **(points or {})},
        [report()] if reports is None else list(reports),
        told,
        tables,
    )


def planned(facts: CaseFacts, tables: Routes = TABLES, now: int = NOON) -> Plan:
    """Return the plan of a case."""
    return plan(facts, tables, now)


def told_to(found: Plan) -> set[tuple[str, str]]:
    """Return route and function of each row at case level."""
    return {
        (row.route.id, row.function)
        for row in found.rows
        if row.role in ("primary", "copy")
    }


def recipient_key() -> SshKey:
    """Return the key by which recipients sign in tests."""
    return parse_public_key(public_line("elinor"))


def verified(
    *contacts: str,
    tables: Routes = TABLES,
    **changes: Any,  # noqa: ANN401 - of a contact
) -> Routes:
    """Return the tables with contacts that somebody checked, and who have a key."""
    known = {name: tables.contacts[name] for name in contacts}
    checked: dict[str, Contact] = {
        name: replace(
            contact,
            **{
                "key": recipient_key(),
                "verified_on": "2026-11-20",
                "verifier": "desk",
                **changes,
            },
        )
        for name, contact in known.items()
    }
    return replace(tables, contacts={**tables.contacts, **checked})


ASSESSED: Final = (
    *("cred=confirmed", "kind=realised-harm", "class=cyber", "auto=none"),
    *("uplift=below", "spread=one-state", "revers=full", "expl=none"),
    *("comp=below-1e25", "oc=oc1-2", "pub=no", "resp=active", "danger=no"),
    *("weights=no", "legal=none"),
)
"""A cyber incident in one state, of which nothing is open."""


def adopt_contacts(desk: RaidDesk, *contacts: str, key: str = "elinor") -> None:
    """Put tables in force in which contacts are checked, and have somebody's key.

    Args:
        desk: of an institute of its own.
        *contacts: ids; one that is not there, e.g. `police.de`, is made.
        key: name of whose key it is.
    """
    path = desk.acting.folder / "raid" / "routes" / "contacts.csv"
    lines = path.read_text("utf-8").splitlines()
    today = format_instant(desk.acting.gate.clock.now())[: len("2026-11-21")]
    for name in contacts:
        function, _, state = name.partition(".")
        lines = [line for line in lines if not line.startswith(f"{name},")]
        place = state.upper() or "EU"
        lines.append(
            f"{name},{function},{place},{name} at work,no,,{public_line(key)},"
            f"post,recalled,a list,{today},desk"
        )
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    adopted(desk, "somebody checked them")


def triaged(
    desk: RaidDesk,
    *points: str,
    then: str = "",
    **changes: Any,  # noqa: ANN401 - of a report
) -> str:
    """Return the id of a case that was triaged.

    Args:
        desk: where.
        *points: `point=value`, otherwise than `ASSESSED`.
        then: what is to become of it, as `triage.run`.
        **changes: of the report.
    """
    said = {**_SAID, "consent": {"authorities": "yes"}, **changes}
    document = {name: value for name, value in said.items() if value is not None}
    made = given(desk.acting, document)
    done = desk.screening.open(who("joan"), made, "B2")
    case = next(e["id"] for e in done.events if e["kind"] == "raid.case")
    changed = {point.partition("=")[0] for point in points}
    rest = [one for one in ASSESSED if one.partition("=")[0] not in changed]
    desk.triage.assess(who("dorothy"), case, [*rest, *points], {"evidence": "seen"})
    desk.triage.run(who("dorothy"), case, then=then)
    return str(case)


def signed_receipt(
    handover: str, package: str, recipient: str, *, at: int = NOON, by: str = "elinor"
) -> tuple[bytes, str]:
    """Return a receipt and its signature."""
    said = json.loads(blank_receipt(handover, package, recipient))
    said |= {"accepted_by": "duty officer", "at": format_instant(at)}
    data = json.dumps(said).encode()
    return data, sign_ssh(data, private_key(by), namespace=HANDOVER_NAMESPACE)
