"""Two desks that differ only in what is secret say the same to whoever enforces."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.gate.asker import Who
from ringwall.gate.denied import AccessDenied
from ringwall.raid.desk import RaidDesk
from tests.raid_office import RaidOffice, opened_case, report_document, who
from tests.routed import adopt_contacts

ON = parse_instant("2027-01-15T00:00:00Z")
RUTH, VINT = who("ruth"), who("vint")
LETTER = b"Have you anything on Example Systems?\n"
ENFORCER: Who = {"subject": "user:nobody-of-theirs", "authn": "hardware-fresh"}
SECRETS: tuple[Mapping[str, Any], ...] = (
    {"title": "Example Systems knew of it", "harms": ["death"]},
    {"danger": "imminent", "narrative": "They plan to use it on Friday."},
    {"weights": "stolen", "systems": [{"name": "X", "developer": "Example Systems"}]},
    {"behaviour": "shown", "states": ["FR", "DE"]},
)
"""What a report of the second world says, and none of the first."""


@pytest.fixture(params=(1, len(SECRETS)))
def worlds(
    request: pytest.FixtureRequest, raid_folder: Path, tmp_path: Path
) -> Iterator[tuple[RaidDesk, RaidDesk, str]]:
    """Return a desk that holds nothing of note, one that holds much, and a case."""
    case = ""
    with ExitStack() as stack:
        desks = []
        for name in ("one", "other"):
            shutil.copytree(raid_folder, tmp_path / name)
            office = stack.enter_context(closing(RaidOffice(tmp_path / name)))
            desk = stack.enter_context(office.raid())
            for _ in range(5):
                opened_case(desk)
            adopt_contacts(desk, "police.de")
            if name == "other":
                for secret in SECRETS[: request.param]:
                    _, case = opened_case(desk, report_document(**secret))
                    said = {"evidence": "seen"}
                    points = ("class=cyber", "danger=imminent", "auto=shown")
                    desk.triage.assess(who("dorothy"), case, points, said)
                    desk.needs.shut(who("mileva"), case, "named persons alone")
            office.clock.instant = ON
            desks.append(desk)
        one, other = desks
        yield one, other, case


def heard(desk: RaidDesk, case: str) -> list[bytes | object]:
    """Return all that goes back to who asks from outside, or asks as them."""
    inquiry = str(desk.inquiries.receive(RUTH, LETTER, "police.de").events[0]["id"])
    told: list[bytes | object] = [desk.inquiries.answer(VINT, inquiry).data]
    told.append(desk.publishing.aggregate(VINT).data)
    for name in (case, "case:c-aaaaaaaaaa"):
        with pytest.raises(AccessDenied) as caught:
            desk.timelines.show(ENFORCER, name)
        told.append(caught.value.decision.caller_reasons())
    return told


def test_who_enforces_hears_the_same_of_both(
    worlds: tuple[RaidDesk, RaidDesk, str],
) -> None:
    one, other, secret = worlds
    first, second = heard(one, secret), heard(other, secret)
    assert first == second
    # Of what is secret as of what is not there.
    assert second[-1] == second[-2]
