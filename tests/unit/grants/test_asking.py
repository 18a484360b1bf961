"""What can be asked for: by whom, for how long, how often, and what looks the same."""

from dataclasses import asdict
from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.grants.asking import _check_length, _unforeseen
from ringwall.model.levels import Quorum
from ringwall.pdp.approvals import Demand
from tests.example import NOON
from tests.office import DAY, GLASS, HOUR, Office, refused_code

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": "user:nobody"}, "request-not-possible"),
        ({"resource": "weights:unheard-of"}, "request-not-possible"),
        ({"resource": "weights:comet-0"}, "request-not-possible"),
        ({"subject": "user:ada"}, "request-not-possible"),
        ({"action": "weights.juggle"}, "request-not-possible"),
        ({"subject": "service:trainer-agent"}, "request-by-service"),
        ({"action": "weights.read", "subject": "user:ada"}, "request-needless"),
        ({"until": NOON}, "request-expired"),
        ({"start": NOON + 2 * DAY}, "request-backwards"),
        ({"start": NOON + DAY}, "request-backwards"),
        (
            {"start": NOON + 30 * DAY + 1, "until": NOON + 31 * DAY},
            "request-too-early",
        ),
        ({"until": NOON + 367 * DAY}, "request-too-long"),
        ({"until": NOON + 3 * DAY + 1}, "request-too-long"),
        ({"uses": 2}, "uses-not-foreseen"),
        ({"uses": 0}, "uses-not-foreseen"),
        ({"binds": DIGEST}, "binds-needless"),
        ({"manner": "break-glass"}, "break-glass-not-foreseen"),
        ({"action": "policy.change"}, "binds-missing"),
        ({"action": "weights.rewrap"}, "binds-missing"),
        ({"purpose": "short"}, "request-malformed"),
        ({"manner": "by-the-way"}, "request-malformed"),
        ({"binds": "AB"}, "request-malformed"),
        ({"action": "copy"}, "request-malformed"),
        ({"subject": "dennis"}, "request-malformed"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(
    office: Office, changes: dict[str, Any], code: str
) -> None:
    assert refused_code(office.draft, **changes) == code


def test_what_is_not_there_looks_like_what_they_could_never_get(
    office: Office,
) -> None:
    told = set()
    for resource in ("weights:unheard-of", "programme:shield"):
        with pytest.raises(Exception, match="no approval could") as caught:
            office.draft(resource=resource)
        told.add((str(caught.value), getattr(caught.value, "next_step", "")))

    assert len(told) == 1


def test_what_the_rows_allow_can_be_asked_for(office: Office) -> None:
    longest = office.draft(until=NOON + 3 * DAY)
    later = office.draft(start=NOON + HOUR)
    copies = office.draft(action="weights.copy", uses=3)

    assert longest["until"] == "2026-11-24T12:00:00Z"
    assert later["from"] == "2026-11-21T13:00:00Z"
    assert copies["uses"] == 3


def test_somebody_who_is_suspended_can_ask_for_nothing(office: Office) -> None:
    office.declare(dennis={"suspended": True})

    assert refused_code(office.draft) == "subject-suspended"


def test_a_policy_change_is_bound_to_one_policy(office: Office) -> None:
    said = office.draft(
        subject="user:marian",
        action="policy.change",
        resource="record:policies",
        binds=DIGEST,
    )

    assert said["binds"] == DIGEST


def test_what_would_end_before_it_could_be_used_is_not_taken(office: Office) -> None:
    # In the third tier a day has to pass; there is none here, so the row is made up.
    said = office.draft()
    with office.desk() as desk:
        scene = desk._scene(desk._ground())
    late = Demand(Quorum.TWO_AND_EXECUTIVE, (("ciso", 1),), 72, 1, 24, "quo-x", "x:1")

    with pytest.raises(ActRefused) as caught:
        _check_length(said, (late,), scene.now)

    assert caught.value.code == "request-too-short"
    _check_length({**said, "until": "2026-11-22T12:00:01Z"}, (late,), scene.now)


def test_glass_is_broken_for_an_hour_and_once(office: Office) -> None:
    wish = asdict(GLASS)

    assert office.draft(**wish)["manner"] == "break-glass"
    assert refused_code(office.draft, **(wish | {"until": NOON + HOUR + 1})) == (
        "request-too-long"
    )
    assert refused_code(office.draft, **(wish | {"uses": 2})) == "uses-not-foreseen"


def test_what_no_row_speaks_of_is_not_foreseen() -> None:
    for manner in ("approved", "break-glass"):
        error = _unforeseen(manner)
        assert error.exit_code == 1
        assert error.code in {"approvals-not-foreseen", "break-glass-not-foreseen"}
