"""Laws of what is told of a case to whom it is not open: what is told of none."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Decision, Effect, Verdict
from ringwall.model.levels import Authentication
from ringwall.model.raid_events import RAID_ACTIONS
from ringwall.model.requests import AccessRequest
from tests.example import NOON
from tests.raid_history import CASE, OTHER, asked, needed, opened
from tests.raid_office import POINT, ROLES, RaidOffice

NOTHING = "case:c-zzzzzzzzzz"
ACTIONS = sorted({action for rows in RAID_ACTIONS.values() for action, _ in rows})
READ_BY_ALL = ("raid.read", "raid.audit", "raid.release", "raid.brief")
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def gate(
    raid_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gatekeeper]:
    """Return a gate before a case that is shut, and one of a team that nobody is of."""
    folder = tmp_path_factory.mktemp("need") / "institute"
    shutil.copytree(raid_folder, folder)
    with closing(RaidOffice(folder)) as office, office.gate() as gate:
        opened(gate)
        needed(gate, CASE, "admit", "user:dorothy", NOON + DAY)
        needed(gate, CASE, "shut")
        opened(gate, OTHER, "report:r-bbbbbbbbbb", team="another-team")
        yield gate


def verdict(gate: Gatekeeper, request: AccessRequest) -> Verdict:
    """Return the answer to a question, off the record."""
    ground = gate.ground
    assert ground.decider is not None
    return ground.decider.decide(request, ground.facts, NOON)


def told(request: AccessRequest, answer: Verdict) -> tuple[str, str]:
    """Return all that a caller is told: the codes, and the words of the refusal."""
    decision = Decision("dec-x", NOON, request, answer, None, 0, "")
    words = str(AccessDenied(decision)).replace(request.resource, "CASE")
    return " ".join(decision.caller_reasons()), words


@pytest.mark.parametrize("case", [CASE, OTHER])
def test_nobody_can_tell_a_case_that_is_not_open_to_them_from_nothing(
    gate: Gatekeeper, case: str
) -> None:
    people = set(ROLES) - ({"dorothy"} if case == CASE else set())
    asks = product(sorted(people), (*ACTIONS, *READ_BY_ALL), Authentication)
    for name, action, authentication in asks:
        if (name, action) == ("mileva", "raid.compartment"):
            continue  # who keeps the door
        request = AccessRequest(f"user:{name}", action, case, POINT, authentication)
        nothing = AccessRequest(f"user:{name}", action, NOTHING, POINT, authentication)
        here, there = verdict(gate, request), verdict(gate, nothing)

        assert here.effect is there.effect is Effect.DENY, (name, action)
        assert told(request, here) == told(nothing, there)


def test_to_whom_it_is_open_it_is_what_it_is(gate: Gatekeeper) -> None:
    assert asked(gate, "dorothy", "raid.read", CASE)
    assert asked(gate, "mileva", "raid.compartment", CASE)
    assert not asked(gate, "mileva", "raid.read", CASE)
    assert not asked(gate, "mileva", "raid.compartment", OTHER)
    assert not asked(gate, "joan", "raid.read", NOTHING)
