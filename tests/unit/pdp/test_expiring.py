"""What lapses soon, of every kind of statement."""

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import Document, document_of
from ringwall.pdp.expiring import Expiry, expiring
from tests.unit.pdp.scene import (
    DATES,
    NOW,
    RUN,
    SAFEGUARDS,
    SEEN,
    Data,
    cyber,
    edited,
    score,
    screening,
)

DAY = 24 * 60 * 60 * 1_000_000
SOON_TEXT = "2026-07-11T00:00:00Z"
SOON = parse_instant(SOON_TEXT)
ENDING: Data = {**DATES, "until": SOON_TEXT}
EXCEPTION: Data = {
    "measure": "SL3-WS-1",
    "compensation": "a guard at the door",
    "reason": "the door is late",
    "approved_by": ["user:ada", "user:max"],
    "from": DATES["from"],
    "until": SOON_TEXT,
}


def of(*documents: Document, now: int = NOW, days: int = 30) -> list[Expiry]:
    return list(expiring({item.id: item for item in documents}, now, days))


@pytest.mark.parametrize(
    ("document", "what", "value"),
    [
        (
            edited(
                "org:institute",
                attestations=[{**SEEN, "until": SOON_TEXT, "measures": ["SL1-AT-1"]}],
            ),
            "attestation",
            "SL1-AT-1",
        ),
        (
            edited(
                "site:hub",
                attestations=[
                    {
                        **SEEN,
                        "until": SOON_TEXT,
                        "measures": ["SL2-WS-1", "SL1-WS-1", "SL3-WS-1"],
                    }
                ],
            ),
            "attestation",
            "SL1-WS-1 and 2 more",
        ),
        (
            edited("org:institute", attestations=None, exceptions=[EXCEPTION]),
            "exception",
            "SL3-WS-1",
        ),
        (
            edited("site:hub", attestations=None, exceptions=[EXCEPTION]),
            "exception",
            "SL3-WS-1",
        ),
        (edited("user:ada", screening=screening("SL4", ENDING)), "screening", "SL4"),
        (edited("gov:fr", evidence=[cyber("SL3", ENDING)]), "cybersecurity", "SL3"),
        (
            edited("gov:fr", evidence=[{**score("freedoms", 0), "until": SOON_TEXT}]),
            "freedoms",
            "0",
        ),
        (
            edited("org:partner", evidence=[{**ENDING, "kind": "agreement"}]),
            "agreement",
            "",
        ),
        (
            edited(
                "site:campus",
                attestations=None,
                cluster={
                    "performance": "1e21",
                    "network_gbits": 400,
                    "registration": ENDING,
                },
            ),
            "registration",
            "1e21",
        ),
        (
            document_of({**RUN, "safeguards": [{**SAFEGUARDS[0], "until": SOON_TEXT}]}),
            "notice",
            "org:assurance",
        ),
    ],
)
def test_every_kind_of_statement_is_told_before_it_lapses(
    document: Document, what: str, value: str
) -> None:
    assert of(document) == [Expiry(document.id, what, value, SOON)]


@pytest.mark.parametrize(
    "document",
    [
        edited("user:ada", screening=None),
        edited("site:campus", attestations=None),
        edited("site:hub", attestations=None),
        edited("point:hub"),
        edited("service:runner"),
        edited("weights:aurora"),
    ],
)
def test_what_states_nothing_dated_does_not_lapse(document: Document) -> None:
    assert of(document, days=10_000) == []


@pytest.mark.parametrize(
    ("now", "days", "told"),
    [
        (SOON - 10 * DAY, 10, True),
        (SOON - 10 * DAY - 1, 10, False),
        (SOON - 1, 0, False),
        (SOON - 1, 1, True),
        (SOON, 10, False),
        (SOON + 1, 10, False),
    ],
)
def test_it_is_told_from_so_many_days_ahead_until_it_has_lapsed(
    now: int, days: int, told: bool
) -> None:
    person = edited("user:ada", screening=screening("SL4", ENDING))

    assert bool(of(person, now=now, days=days)) is told


def test_what_counts_only_later_is_told_too() -> None:
    later = {**ENDING, "from": "2026-07-05T00:00:00Z"}

    assert of(edited("user:ada", screening=screening("SL4", later)))


def test_the_first_to_lapse_comes_first() -> None:
    sooner = {**ENDING, "until": "2026-07-02T00:00:00Z"}
    found = of(
        edited("user:max", screening=screening("SL1", ENDING)),
        edited("user:kay", screening=screening("SL1", ENDING)),
        edited("user:lou", screening=screening("SL1", sooner)),
    )

    assert [item.entity for item in found] == ["user:lou", "user:kay", "user:max"]


def test_days_behind_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="negative"):
        of(days=-1)
