"""Reports about the institute itself."""

import json
from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.model.declarations import dump_document
from ringwall.model.events import Event
from ringwall.raid.conflicts import check_outside, names_host
from ringwall.raid.desk import RaidDesk
from ringwall.raid.linking import Link
from ringwall.raid.scene import Scene
from tests.example import apply, declare
from tests.raid_office import (
    RaidOffice,
    adopted,
    given,
    opened_case,
    refused,
    report_document,
    who,
)
from tests.routed import ASSESSED

EVIDENCE = {"evidence": "seen"}
JOAN, DOROTHY = who("joan"), who("dorothy")


def about(developer: str) -> dict[str, Any]:
    return report_document(systems=[{"name": "Rota", "developer": developer}])


def with_outsiders(office: RaidOffice) -> None:
    """Have an analyst and a lead who answer to nobody of the institute.

    Rules name them once a desk is there: see `named`.
    """
    known = office.institute.facts().documents()
    people = []
    for name, like in (("otto", "dorothy"), ("olga", "agnes")):
        document = dump_document(known[f"user:{like}"])
        people.append({**document, "id": f"user:{name}"})
    # Who is named by a second account is an outsider by none.
    second = {**people[0], "id": "user:dorothy-2", "account_of": "user:dorothy"}
    people.append(second)
    told = declare(office.folder.parent, json.dumps({"people": people}))
    apply(office.institute, told)


def named(desk: RaidDesk) -> None:
    """Put rules in force that name the outside assessors."""
    path = desk.acting.folder / "raid" / "desk" / "conflict.csv"
    rows = "".join(
        f"{name},person,user:{name},a contract,own\n"
        for name in ("otto", "olga", "dorothy-2")
    )
    path.write_text(path.read_text("utf-8") + rows, "utf-8")
    adopted(desk)


def test_who_is_outside_assesses_triages_and_leads(raid_office: RaidOffice) -> None:
    with_outsiders(raid_office)
    with raid_office.raid() as desk:
        named(desk)
        _, case = opened_case(desk, about("CERN for AI"))
        assert desk.timelines.show(JOAN, case).is_own
        for insider in (DOROTHY, who("dorothy-2")):
            with pytest.raises(ActRefused) as caught:
                desk.triage.assess(insider, case, ASSESSED, EVIDENCE)
            assert caught.value.code == "conflict-of-interest"
            assert "`user:otto` or `user:olga`" in caught.value.next_step
        desk.triage.assess(who("otto"), case, ASSESSED, EVIDENCE)
        assert refused(desk.triage.run, DOROTHY, case) == "conflict-of-interest"
        desk.triage.run(who("otto"), case)
        words = (JOAN, case, "user:agnes")
        assert refused(desk.cases.lead, *words) == "conflict-of-interest"
        desk.cases.lead(JOAN, case, "user:olga")
        deviate = desk.deviating.deviate
        other = (JOAN, case, {"tlp": "red"}, "a reason")
        assert refused(deviate, *other) == "conflict-of-interest"


def test_a_report_that_comes_later_takes_the_case_from_its_lead(
    raid_office: RaidOffice,
) -> None:
    with_outsiders(raid_office)
    with raid_office.raid() as desk:
        named(desk)
        _, case = opened_case(desk)
        desk.triage.assess(DOROTHY, case, [*_owned()], EVIDENCE)
        desk.triage.run(DOROTHY, case)
        desk.cases.lead(JOAN, case, "user:agnes")
        later = given(desk.acting, about(desk.acting.host))
        desk.screening.validate(JOAN, later, "B2")
        desk.links.attach(JOAN, later, case, Link("same-event", "the same"))
        assert refused(desk.cases.coordinate, JOAN, case) == "conflict-of-interest"
        desk.cases.lead(JOAN, case, "user:olga")
        desk.cases.coordinate(JOAN, case)


def test_what_is_part_of_a_case_is_of_it_too(desk: RaidDesk) -> None:
    _, case = opened_case(desk, about("the org:institute itself"))
    _, other = opened_case(desk)
    done = desk.merging.merge(JOAN, case, other, "the same")
    desk.proposals.second(who("rosalind"), done.events[0]["id"])
    words = (DOROTHY, other, ASSESSED, EVIDENCE)
    assert refused(desk.triage.assess, *words) == "conflict-of-interest"


def test_who_is_nobody_on_record_is_no_outsider(desk: RaidDesk) -> None:
    _, case = opened_case(desk, about(desk.acting.host))

    def make(scene: Scene) -> list[Event]:
        check_outside(scene, case, "user:nobody")
        return []

    words = (JOAN, "raid.assess", case, make)
    assert refused(desk.acting.act, *words) == "conflict-of-interest"


def test_rules_that_name_nobody_let_nobody_judge(
    raid_office: RaidOffice, desk: RaidDesk
) -> None:
    _, case = opened_case(desk, about(desk.acting.host))
    (raid_office.folder / "raid" / "desk" / "conflict.csv").unlink()
    adopted(desk)
    with pytest.raises(ActRefused) as caught:
        desk.triage.assess(DOROTHY, case, ASSESSED, EVIDENCE)
    assert caught.value.code == "conflict-of-interest"
    assert "raid rules adopt" in caught.value.next_step


def test_a_report_about_the_institute_is_set_aside_by_two(desk: RaidDesk) -> None:
    plain, own = given(desk.acting), given(desk.acting, about("Cern for AI, RAID"))
    done = desk.screening.invalidate(JOAN, plain, "a joke")
    assert done.events[0]["to"] == "invalid"
    done = desk.screening.invalidate(JOAN, own, "a joke")
    assert done.events[0]["kind"] == "raid.proposal"


@pytest.mark.parametrize(
    ("systems", "is_about"),
    [
        ([{"name": "Rota", "developer": "CERN  for AI."}], True),
        ([{"name": "Rota", "developer": "cern for ai (Geneva)"}], True),
        ([{"name": "CERN for AI assistant"}], True),
        ([{"name": "Rota"}, {"name": "X", "developer": "CERN for AI"}], True),
        ([{"name": "Rota", "developer": "CERN for AIR"}], False),
        ([{"name": "Rota", "developer": "CERN"}], False),
        ([], False),
        ("unknown", False),
    ],
)
def test_a_subject_is_named_by_its_words(systems: object, is_about: bool) -> None:
    document = report_document(systems=systems)
    assert names_host(document, ("", "CERN for AI")) is is_about
    assert not names_host({}, ("CERN for AI",))


def _owned() -> list[str]:
    points = [one for one in ASSESSED if not one.startswith("auto=")]
    return [*points, "auto=shown"]
