"""The counter of exports: for whom a case is written, and for whom it is not."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RingwallError, UnknownItem
from ringwall.gate.denied import AccessDenied
from ringwall.raid.acting import Acting
from ringwall.raid.desk import RaidDesk
from ringwall.raid.exports.counter import Asked, Exported, Exporting
from ringwall.raid.exports.standards import Release
from ringwall.raid.routing.recipients import Wanted
from ringwall.raid.starting import Start
from tests.embargoed import active, card_of, invited, said_by
from tests.raid_office import code_of, opened_case, who
from tests.raid_reports import data_folder
from tests.routed import ASSESSED, adopt_contacts, triaged

if TYPE_CHECKING:
    from ringwall.gate.asker import Who

JOAN = who("joan")
CSIRT = Wanted("csirt.de")


def made(desk: RaidDesk, case: str, name: str = "json", **more: Any) -> Exported:  # noqa: ANN401 - of `Asked`
    return desk.exports.export(JOAN, case, Asked(name, CSIRT, **more))


def refused_for(desk: RaidDesk, case: str, recipient: str, **more: Any) -> str:  # noqa: ANN401 - of `Wanted`
    with pytest.raises(RingwallError) as caught:
        desk.exports.export(JOAN, case, Asked("json", Wanted(recipient, **more)))
    return code_of(caught.value)


def test_an_export_has_the_facts_that_a_hand_over_would_have(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk, sector="energy")

    sent = desk.routes.send(who("vint"), case, replace(CSIRT, route="R02"))
    told = desk.exports.export(JOAN, case, Asked("json", replace(CSIRT, route="R02")))

    facts = json.loads(sent.package.data)["facts"]
    whole = json.loads(told.data)
    (report,) = whole["reports"]
    assert report["fields"] == {
        fact["name"]: fact["value"] for fact in facts if fact["about"] == report["id"]
    }
    assert whole["points"] == {
        fact["name"]: fact["value"] for fact in facts if fact["about"] == case
    }
    assert told.withheld == sent.package.withheld
    assert (told.case, told.recipient, told.label) == (case, "csirt.de", "amber")
    assert (whole["at"], whole["opened"]) == ("2026-11-21T12:00:00Z", "2026-11-21")


def test_the_sector_that_is_told_is_known_by_its_id(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk, sector="power grid")

    found = desk.exports.export(JOAN, case, Asked("misp", replace(CSIRT, route="R02")))

    assert 'nis2:impact-sectors-impacted=\\"energy\\"' in found.data.decode()


def test_whoever_may_not_read_the_case_gets_the_same_no_for_any(desk: RaidDesk) -> None:
    case = triaged(desk)
    ada: Who = {"subject": "user:ada", "authn": "hardware-fresh"}
    reasons = []
    for name in (case, "case:c-aaaaaaaaaa"):
        with pytest.raises(AccessDenied) as caught:
            desk.exports.export(ada, name, Asked("json", CSIRT))
        reasons.append(caught.value.decision.caller_reasons())

    assert reasons[0] == reasons[1]


def test_a_case_that_the_desk_never_heard_of_is_unknown(
    desk: RaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = triaged(desk)
    rows = desk.acting.rows
    monkeypatch.setattr(desk.acting, "rows", _Forgetful(rows))

    with pytest.raises(UnknownItem) as caught:
        made(desk, case)

    assert caught.value.code == "unknown-case"


class _Forgetful:
    """Rows that know of no case."""

    def __init__(self, rows: Any) -> None:  # noqa: ANN401 - any rows
        self._rows = rows

    def card(self, kind: str, entity: str) -> None:
        assert self._rows.card(kind, entity)


def test_nothing_is_told_of_a_case_before_its_triage(desk: RaidDesk) -> None:
    _, case = opened_case(desk)

    assert refused_for(desk, case, "csirt.de") == "case-not-routable"


def test_an_enforcing_recipient_takes_a_release_under_an_exit(desk: RaidDesk) -> None:
    case = triaged(desk, harms=["death"])

    for name in ("msa.de", "device-authority.de"):
        with pytest.raises(RingwallError) as caught:
            desk.exports.export(JOAN, case, Asked("art73", Wanted(name, route="R32")))
        if name == "msa.de":
            assert caught.value.code == "export-behind-barrier"
            assert "release under one of the four exits" in caught.value.next_step
        else:
            assert caught.value.code == "recipient-unknown"


def test_what_stands_in_the_way_of_a_hand_over_stands_in_the_way_here(
    desk: RaidDesk,
) -> None:
    case = triaged(desk)

    assert refused_for(desk, case, "csirt.de") == "recipient-unverified"
    assert refused_for(desk, case, "nobody") == "recipient-unknown"


def test_a_case_above_the_ceiling_of_a_recipient_is_not_exported(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "csirt.de")
    _, case = opened_case(desk, tlp="red")
    desk.triage.assess(who("dorothy"), case, ASSESSED, {"evidence": "seen"})
    desk.triage.run(who("dorothy"), case)

    assert refused_for(desk, case, "csirt.de") == "recipient-below-label"


def test_a_transfer_of_technology_is_looked_at_first(desk: RaidDesk) -> None:
    adopt_contacts(desk, "enisa")
    points = ("uplift=near", "kind=demonstrated-in-test", "spread=several-states")
    case = triaged(desk, *points, kind="demonstration")

    assert refused_for(desk, case, "enisa", route="R07") == "export-unchecked"
    checked = Wanted("enisa", "R07", export_checked="by the lawyer: no licence needed")
    assert desk.exports.export(JOAN, case, Asked("stix", checked)).recipient == "enisa"


def test_a_danger_to_life_takes_two_persons(desk: RaidDesk) -> None:
    adopt_contacts(desk, "police.de")
    case = triaged(desk, "danger=imminent", danger="imminent")

    assert refused_for(desk, case, "police.de", route="R30") == "export-takes-two"


@pytest.mark.parametrize(("owed", "days"), [("host", ["2026-11-20"]), ("others", [])])
def test_awareness_is_that_of_the_institute_alone(
    desk: RaidDesk, owed: str, days: list[str]
) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    ole = who("ole")
    # The last is counted from the receipt of the report, of which nothing is told.
    desk.clocks.arm(ole, case, ["COP93-CYB", "COP93-CI", "WBD-FB"], owed=owed)
    clocks = {
        clock.card["rule"]: clock.id
        for clock in desk.clocks.of_case(ole, case)
        if clock.card["stage"] == "initial"
    }
    assert _aware(made(desk, case, "gpai")) == []

    for rule, at in (
        ("COP93-CYB", "2026-11-20T10:15:00Z"),
        ("COP93-CI", "2026-11-21T10:15:00Z"),
    ):
        start = Start("model-involved", parse_instant(at), "the log", "duty officer")
        desk.clocks.start(ole, clocks[rule], [start])

    assert _aware(made(desk, case, "gpai")) == days
    assert _aware(made(desk, case, "nis2")) == []


def _aware(found: Exported) -> list[str]:
    fields = {one["id"]: one for one in json.loads(found.data)["fields"]}
    return [one["value"] for one in fields["aware"]["told"]]


def test_a_catalogue_has_to_be_the_pinned_one(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)

    with pytest.raises(RingwallError) as caught:
        made(desk, case, "stix", catalogue=("ATLAS.yaml", b"id: ATLAS\n"))

    assert code_of(caught.value) == "catalogue-not-pinned"


def test_techniques_are_checked_against_the_pinned_catalogue(desk: RaidDesk) -> None:
    data = b"techniques:\n- id: AML.T0051\n  name: LLM Prompt Injection\n"
    pinned = Release("atlas", "1.0.0", sha256(data).hexdigest())
    standards = replace(desk.exports.standards, releases={"atlas": pinned})
    desk.exports._standards = standards
    adopt_contacts(desk, "csirt.de")
    techniques = ["AML.T0051 LLM Prompt Injection", "AML.T0051 Phishing"]
    case = triaged(desk, techniques=techniques)

    unchecked = made(desk, case, "stix")
    checked = made(desk, case, "stix", catalogue=("ATLAS.yaml", data))

    assert list(unchecked.odd) == techniques
    assert list(checked.odd) == techniques[1:]
    assert b'"external_id": "AML.T0051"' in checked.data


def test_the_release_that_is_pinned_can_be_read(desk: RaidDesk) -> None:
    data = (data_folder() / "atlas" / "ATLAS.yaml").read_bytes()
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk, techniques=["AML.T0051 LLM Prompt Injection"])

    assert made(desk, case, "stix", catalogue=("ATLAS.yaml", data)).odd == {}


def test_in_an_exercise_each_export_is_marked(desk: RaidDesk) -> None:
    adopt_contacts(desk, "csirt.de")
    case = triaged(desk)
    drilled = Exporting(Acting(desk.acting.gate, desk.acting.folder, "storm-1"))

    data = drilled.export(JOAN, case, Asked("json", CSIRT)).data

    told = json.loads(data)
    assert told["exercise"] == "storm-1"
    assert told["reports"][0]["fields"]["title"].startswith("EXERCISE storm-1: ")


def test_the_tables_are_those_of_the_program(desk: RaidDesk) -> None:
    assert isinstance(desk.exports, Exporting)
    assert set(desk.exports.standards.forms) == {"art73", "gpai", "nis2"}


def test_under_an_embargo_nobody_but_its_parties_gets_an_export(
    desk: RaidDesk,
) -> None:
    adopt_contacts(desk, "csirt.de")
    case, _ = active(desk)
    assert refused_for(desk, case, "csirt.de") == "export-under-embargo"
    party = invited(desk, case, "csirt.de", is_necessary=False)
    said_by(desk, party, "accept", str(card_of(desk, case)["terms"]))
    assert made(desk, case).recipient == "csirt.de"
