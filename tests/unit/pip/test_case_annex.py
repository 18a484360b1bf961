"""A case is an asset, looked up when it is asked for, and a compartment of its own."""

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from ringwall.base.clock import format_instant
from ringwall.matters.needs import Needs
from ringwall.model.levels import Capability, Integrity
from ringwall.model.raid_events import DESK, INBOX, raid_need
from ringwall.model.tiers import Tier
from ringwall.pdp.annex import Asker
from ringwall.pip.case_annex import CaseAnnex, case_compartment

NOW = 1_795_262_400_000_000
CASE, REPORT = "case:c-aaaaaaaaaa", "report:r-aaaaaaaaaa"
TEAM, COMPARTMENT = "raid-desk", "c-aaaaaaaaaa"
NOBODY = Asker("user:eve", ("user:eve",), frozenset(), "raid.read", NOW)
ANN = Asker("user:ann", ("user:ann", "user:ann-2"), frozenset(), "raid.read", NOW)


class Card(NamedTuple):
    """A row of the desk."""

    card: Mapping[str, str | int]


class Rows:
    """Rows of the desk, and how often one was looked for."""

    def __init__(self, **columns: str) -> None:
        known = {"team": TEAM, "authors": "user:bea user:ann", **columns}
        self.cards = {("raid.case", CASE): known, ("raid.report", REPORT): {}}
        self.looked = 0

    def card(self, kind: str, name: str) -> Card | None:
        """Return a row."""
        self.looked += 1
        found = self.cards.get((kind, name))
        return None if found is None else Card(found)


def needs(*acts: tuple[str, str]) -> Needs:
    """Return need-to-know after some acts, each on a person."""
    found = Needs()
    for index, (act, person) in enumerate(acts):
        until = format_instant(NOW + 1) if act == "admit" else ""
        said = {"person": person, "until": until, "reason": "x"}
        by = ("user:eli", "dec-1")
        found.take_in(index, raid_need(NOW, CASE, act, by, said))
    return found


def opened(asker: Asker, *acts: tuple[str, str], **columns: str) -> bool:
    """Return whether somebody is in the compartment of the case."""
    found = CaseAnnex(Rows(**columns), needs(*acts)).look(CASE, asker)
    assert found is not None
    assert found.opened <= {COMPARTMENT}
    return bool(found.opened)


def test_a_case_is_upper_and_a_compartment() -> None:
    found = CaseAnnex(Rows(), needs()).look(CASE, NOBODY)

    assert found is not None
    facts = found.facts
    assert (facts.id, facts.kind, facts.tier) == (CASE, "raid-case", Tier.UPPER)
    assert facts.compartments == {"raid", COMPARTMENT}
    assert (facts.content, facts.compute) == ("raid", 0)
    assert facts.capability is Capability.NONE
    assert facts.integrity is Integrity.UNVERIFIED
    assert facts.authors == {"user:ann", "user:bea"}
    assert case_compartment(CASE) == COMPARTMENT


@pytest.mark.parametrize("name", [REPORT, INBOX, DESK])
def test_a_report_and_the_desk_are_of_the_unit(name: str) -> None:
    found = CaseAnnex(Rows(), needs()).look(name, NOBODY)

    assert found is not None
    assert found.facts.compartments == {"raid"}
    assert found.facts.authors == found.opened == frozenset()
    assert found.facts.kind == f"raid-{name.partition(':')[0]}"


@pytest.mark.parametrize("name", ["case:c-zzzzzzzzzz", "report:r-zzzzzzzzzz"])
def test_what_is_not_there_is_nothing(name: str) -> None:
    assert CaseAnnex(Rows(), needs()).look(name, NOBODY) is None


@pytest.mark.parametrize(
    "asker", [NOBODY, ANN._replace(compartments=frozenset({TEAM}))]
)
def test_what_is_there_and_what_is_not_cost_one_lookup(asker: Asker) -> None:
    for name in (CASE, "case:c-zzzzzzzzzz", REPORT, "report:r-zzzzzzzzzz"):
        rows = Rows()
        CaseAnnex(rows, needs()).look(name, asker)
        assert rows.looked == 1


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        (CASE, True),
        (REPORT, True),
        (INBOX, True),
        (DESK, True),
        ("case:2026-0003", False),
        ("case:c-aaaaaaaaa", False),
        ("case:c-aaaaaaaaaaa", False),
        ("case:c-AAAAAAAAAA", False),
        ("case:c-aaaaaaaaa1", False),
        ("case:r-aaaaaaaaaa", False),
        ("report:c-aaaaaaaaaa", False),
        ("weights:c-aaaaaaaaaa", False),
        ("case:c-aaaaaaaaaa\n", False),
        ("", False),
    ],
)
def test_only_ids_as_the_desk_gives_them_are_looked_up(
    name: str, *, is_kept: bool
) -> None:
    assert CaseAnnex(Rows(), needs()).keeps(name) is is_kept


def test_the_desk_stands_for_all_cases_and_the_inbox_for_reports() -> None:
    annex = CaseAnnex(Rows(), needs())

    assert annex.whole("case:c-zzzzzzzzzz") == DESK
    assert annex.whole("report:r-zzzzzzzzzz") == INBOX


def test_a_team_is_in_until_the_case_is_shut() -> None:
    member = NOBODY._replace(compartments=frozenset({TEAM, "raid"}))

    assert opened(member)
    assert not opened(NOBODY)
    assert not opened(member, ("shut", ""))
    assert opened(member, ("shut", ""), ("unshut", ""))
    assert not opened(member, team="other-team")
    assert not opened(member, team="")


def test_who_is_named_is_in_though_it_is_shut() -> None:
    assert opened(ANN, ("admit", "user:ann"))
    assert opened(ANN, ("admit", "user:ann-2"), ("shut", ""))
    assert not opened(ANN, ("admit", "user:ann"), ("dismiss", "user:ann-2"))
    assert not opened(ANN._replace(now=NOW + 1), ("admit", "user:ann"))
    assert not opened(NOBODY, ("admit", "user:ann"))


def test_a_service_is_admitted_by_nobody() -> None:
    service = Asker("service:ann", (), frozenset(), "raid.read", NOW)

    assert not opened(service, ("admit", "service:ann"))


def test_whoever_keeps_the_door_of_a_team_stands_at_it_when_it_is_shut() -> None:
    officer = Asker(
        "user:eli", ("user:eli",), frozenset({TEAM}), "raid.compartment", NOW
    )
    shut = ("shut", "")

    assert opened(officer, shut)
    assert opened(officer, shut, team="")
    assert not opened(officer._replace(action="raid.read"), shut)
    assert not opened(officer._replace(compartments=frozenset()), shut)
    assert not opened(officer, shut, team="other-team")


def test_an_author_is_one_by_any_account() -> None:
    annex = CaseAnnex(Rows(), needs())
    second = annex.look(CASE, ANN._replace(id="user:ann-2"))
    stranger = annex.look(CASE, NOBODY)

    assert second is not None
    assert stranger is not None
    assert second.facts.authors == {"user:ann", "user:ann-2", "user:bea"}
    assert stranger.facts.authors == {"user:ann", "user:bea"}
