"""The recipient that is picked from a plan."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.errors import ActRefused, RequestError, UnknownItem
from ringwall.raid.routing.facts import CaseFacts, Standing, Told
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.recipients import BLOCKS, Wanted, chosen_row
from ringwall.raid.routing.rows import Routes
from tests.routed import CASE, TABLES, case_facts, planned, report, verified

CYBER = {"class": ("cyber",)}


def refused(
    recipient: str,
    points: dict[str, Any],
    tables: Routes = TABLES,
    **words: Any,  # noqa: ANN401 - of what is wanted
) -> str:
    wanted = Wanted(recipient, **words)
    with pytest.raises(ActRefused) as caught:
        chosen_row(planned(case_facts(points, tables=tables), tables), wanted)
    assert caught.value.next_step
    return caught.value.code


def test_a_row_with_nothing_in_the_way_is_picked() -> None:
    tables = verified("csirt.de")
    found = planned(case_facts(CYBER, tables=tables), tables)
    assert chosen_row(found, Wanted("csirt.de")).recipient == "csirt.de"


def test_what_is_wanted_is_kept_as_json_and_read_back() -> None:
    told = Told(frozenset({"rail", "road"}), frozenset({"DE"}))
    wanted = Wanted("police.de", "R30", told, "checked by legal", "a bomb")
    assert Wanted.of(wanted.document()) == wanted


def test_an_enforcing_body_is_never_picked() -> None:
    assert refused("msa.de", {"class": ("rights",)}) == "recipient-barred"
    assert refused("ai-office", {"auto": ("shown",)}) == "recipient-barred"


def test_whom_the_plan_does_not_name_is_not_known() -> None:
    found = planned(case_facts(CYBER))
    with pytest.raises(UnknownItem) as caught:
        chosen_row(found, Wanted("esma"))
    assert caught.value.code == "recipient-unknown"
    with pytest.raises(UnknownItem):
        chosen_row(found, Wanted("csirt.de", "R05"))


def test_where_several_routes_lead_to_one_somebody_says_which() -> None:
    tables = verified("csirt.de")
    facts = case_facts({**CYBER, "weights": ("stolen",)}, tables=tables)
    found = planned(facts, tables)
    with pytest.raises(RequestError) as caught:
        chosen_row(found, Wanted("csirt.de"))
    assert caught.value.code == "route-ambiguous"
    assert chosen_row(found, Wanted("csirt.de", "R02")).route.id == "R02"


def test_a_transfer_is_checked_first() -> None:
    tables = verified("europol-ec3")
    points = {"weights": ("stolen",)}
    assert refused("europol-ec3", points, tables) == "export-unchecked"
    assert refused("europol-ec3", points, tables, export_checked=" ") == (
        "export-unchecked"
    )
    found = planned(case_facts(points, tables=tables), tables)
    wanted = Wanted("europol-ec3", export_checked="legal: no licence needed")
    assert chosen_row(found, wanted).function == "europol-ec3"


def red(points: dict[str, Any]) -> CaseFacts:
    return case_facts(points, standing=Standing(CASE, Tlp.RED, is_owned=False))


def test_what_stands_in_the_way_is_told_with_its_code() -> None:
    assert refused("csirt.de", CYBER) == "recipient-unverified"
    stale = verified("csirt.de", verified_on="2026-01-02")
    assert refused("csirt.de", CYBER, stale) == "recipient-stale"
    assert refused("csirt.de", CYBER, verified("csirt.de", key=None)) == (
        "recipient-keyless"
    )
    assert refused("csirts-network", {**CYBER, "spread": ("union",)}) == (
        "recipient-unverified"
    )
    tables = verified("csirt.de", ceiling=Tlp.CLEAR)
    assert refused("csirt.de", CYBER, tables) == "recipient-below-label"
    with pytest.raises(ActRefused) as caught:
        chosen_row(
            planned(case_facts(CYBER, [report(states="unknown")])),
            Wanted("csirt.unknown"),
        )
    assert caught.value.code == "state-unknown"
    with pytest.raises(ActRefused) as caught:
        chosen_row(planned(red({"auto": ("shown",)})), Wanted("aisi-network"))
    assert caught.value.code == "recipient-unreachable"


def test_all_that_stands_in_the_way_is_told_at_once() -> None:
    with pytest.raises(ActRefused) as caught:
        chosen_row(planned(red({"auto": ("shown",)})), Wanted("aisi-network"))

    # No contact, a label above its ceiling, and a transfer that nobody has checked.
    assert "nobody is on record" in caught.value.message
    assert "a higher label" in caught.value.message
    assert "controlled technology" in caught.value.message
    assert "contacts.csv" in caught.value.next_step
    assert "--export-checked" in caught.value.next_step


def test_a_developer_that_may_be_the_suspect_is_not_told() -> None:
    maker = replace(
        verified("enisa").contacts["enisa"],
        id="developer.example",
        function="developer",
        name="Example Systems",
    )
    tables = replace(TABLES, contacts={**TABLES.contacts, maker.id: maker})
    points = {"auto": ("shown",), "resp": ("is-the-suspect",)}
    assert refused("developer.example", points, tables) == "developer-suspect"


def test_each_block_that_nobody_clears_has_its_refusal() -> None:
    assert set(BLOCKS) == {
        *("state-unknown", "no-contact", "unverified", "stale", "keyless"),
        *("ceiling", "suspect"),
    }
