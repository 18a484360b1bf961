"""What an event puts in a table; what is no event of its kind puts nothing."""

from typing import Any

import pytest

from ringwall.ledger.projections import RowPut, latest_rows, project
from ringwall.ledger.schema import PROJECTIONS, RAID_CARDS
from ringwall.model.events import (
    BASIS_KINDS,
    EVENT_KINDS,
    Event,
    witnesses_overdue,
)
from ringwall.model.raid_events import CARDS, RAID_KINDS
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    AT,
    HISTORY,
    alarm,
    amount,
    creation,
    decision,
    fact,
    growth,
    policy,
    removal,
)
from tests.matter_events import MATTERS, NEW_ALARMS, PASSING, REQUEST
from tests.raid_records import RAID, case_event, need

ONE_OF_EACH = (
    creation(),
    growth(),
    decision("dec-1"),
    fact("org:ada"),
    removal("org:ada"),
    policy("1" * 64),
    amount("dec-1", 1000, 1),
    alarm("dec-1"),
    *ABOUT_THE_LOG,
    *MATTERS,
    *PASSING,
    *RAID,
)
LISTED_ONLY = {
    *("alarm.raised", "anchor.begun", "anchor.ended", "log.recovered"),
    *("finding.recorded", "notice.sent", "proof.refused", "report.filed"),
    *("vault.opened", "vault.read"),
}
IDLE = {
    "decision.made",
    "alarm.raised",
    "log.pruned",
    "log.recovered",
    *("finding.recorded", "notice.sent", "proof.refused", "report.filed"),
    *("vault.opened", "vault.read"),
    *RAID_KINDS,
}
EVERY_PUT = [(event, n) for event in ONE_OF_EACH for n in range(len(project(0, event)))]


def put_of(index: int, event: Event) -> RowPut:
    """Return the row of an event in the table of its kind."""
    return project(index, event)[0]


def test_there_is_an_example_of_each_kind() -> None:
    assert {event["kind"] for event in ONE_OF_EACH} == EVENT_KINDS


@pytest.mark.parametrize(
    ("event", "number"), EVERY_PUT, ids=[f"{e['kind']}-{n}" for e, n in EVERY_PUT]
)
def test_a_row_has_the_columns_of_its_table_in_their_order(
    event: Event, number: int
) -> None:
    put = project(5, event)[number]

    assert list(put.row) == [column.name for column in PROJECTIONS[put.table].columns]
    assert put.row["idx"] == 5
    key = next(iter(PROJECTIONS[put.table].primary_key)).name
    # A row of the incident desk replaces the one of its object.
    assert put.key == put.row["id" if put.table in RAID_CARDS else key]


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event["kind"])
def test_what_later_decisions_rest_on_moves_the_basis(event: Event) -> None:
    lasting = [put.standing() for put in project(5, event) if put.standing()]

    assert (event["kind"] in BASIS_KINDS) == (event["kind"] not in IDLE) == any(lasting)
    assert len(lasting) <= 1


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event["kind"])
def test_a_moved_row_is_the_row_projected_there(event: Event) -> None:
    assert tuple(put.moved(9) for put in project(0, event)) == project(9, event)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event["kind"])
def test_each_event_but_a_decision_is_listed_by_its_kind(event: Event) -> None:
    tables = [put.table for put in project(5, event)]

    assert (tables[-1] == "event") == (event["kind"] != "decision.made")
    assert (tables == ["event"]) == (event["kind"] in LISTED_ONLY)
    if tables[-1] == "event":
        listed = {"idx": 5, "at": event["at"], "kind": event["kind"]}
        assert project(5, event)[-1].row == listed


def test_of_policies_and_of_quorums_only_one_is_in_force() -> None:
    quorum = next(e for e in ABOUT_THE_LOG if e["kind"] == "witness.quorum")

    assert put_of(3, quorum).standing() == put_of(9, quorum).standing()
    assert put_of(3, policy("1")).standing() == put_of(9, policy("2")).standing()
    assert put_of(3, amount("d", 1)).standing() != put_of(9, amount("d", 1)).standing()


def test_a_decision_names_its_rules_once_and_sorted() -> None:
    event = decision("dec-1", "level-insufficient") | {
        "rules": ["flow-2", "acc-021"],
        "reasons": [
            {"code": "x", "rule": "acc-021"},
            {"code": "y"},
            {"code": "z", "rule": "a-1"},
        ],
    }

    assert put_of(1, event).row["rules"] == "a-1 acc-021 flow-2"


def test_a_deny_shows_the_code_of_its_first_reason() -> None:
    assert put_of(1, decision("dec-1", "level-insufficient")).row["code"] == (
        "level-insufficient"
    )
    assert put_of(1, decision("dec-1")).row["code"] == ""


def test_an_amount_is_a_row_with_its_bytes_and_copies() -> None:
    assert put_of(3, amount("dec-1", 1000, 1)).row == {
        "idx": 3,
        "at": "2027-01-15T08:00:00Z",
        "subject": "org:ada",
        "resource": "weights:aurora-2",
        "point": "point:trainer",
        "bytes": 1000,
        "copies": 1,
    }


def test_a_removed_fact_keeps_its_row_without_document() -> None:
    assert put_of(3, removal("org:ada")).row == {
        "id": "org:ada",
        "idx": 3,
        "document": None,
    }


def test_an_act_at_the_incident_desk_puts_the_row_of_its_card_and_one_more() -> None:
    event = case_event(severity=4)
    own, journal, listed = project(7, event)

    assert (own.table, journal.table, listed.table) == ("raid_case", "raid", "event")
    head = {"idx": 7, "id": event["id"], "at": event["at"], "case_id": event["id"]}
    assert own.row == {**head, **event["card"]}
    assert journal.row == {
        "idx": 7,
        "at": event["at"],
        "kind": "raid.case",
        "id": event["id"],
        "case_id": event["id"],
        "act": "open",
        "decision": "dec-1",
    }


def test_need_to_know_is_a_matter_and_in_the_journal_of_its_case() -> None:
    event = need("admit", "user:ada")
    own, journal, _ = project(7, event)

    assert (own.table, own.row["about"]) == ("matter", event["case"])
    assert (journal.table, journal.row["id"]) == ("raid", "")
    assert journal.row["case_id"] == event["case"]
    assert journal.row["decision"] == "dec-2"


def test_a_document_is_stored_in_canonical_form() -> None:
    assert put_of(3, fact("org:ada")).row["document"] == (
        '{"id":"org:ada","level":"SL3","name":"Ada","roles":["reader"]}'
    )


@pytest.mark.parametrize("kind", [None, "", 5, ["fact.declared"], "fact.invented"])
def test_an_unknown_kind_is_refused(kind: object) -> None:
    with pytest.raises(ValueError, match="no known kind"):
        project(0, {"v": 1, "kind": kind})


_PINS = dict.fromkeys(("approver", "resource", "subject"), "x")


def _shape(value: object) -> int:
    """Return 0 for a text, 1 for a number, 2 for a list or an object."""
    return 0 if isinstance(value, str) else 1 if isinstance(value, int) else 2


def _faults() -> list[tuple[str, str, Any]]:
    """Return kind, key and a value it must not have."""
    texts = {
        "decision.made": "id at subject action resource point effect",
        "fact.declared": "id",
        "fact.removed": "id",
        "policy.activated": "at digest catalogue",
        "institute.created": "name tiers origin vkey",
        "institute.grown": "name tiers origin vkey",
        "amount.left": "decision at subject resource point",
        "alarm.raised": "code decision policy concern compiled casbin",
        "key.rotated": "vkey at",
        "witness.added": "name vkey",
        "witness.removed": "name",
        "subject.erased": "reason",
        "log.pruned": "reason at",
    }
    no_texts: list[Any] = [None, 5, True, ["x"], {"x": "y"}]
    no_objects: list[Any] = [None, 5, "x", ["x"]]
    faults = [
        (kind, key, value)
        for kind, keys in texts.items()
        for key in keys.split()
        for value in no_texts
    ]
    no_growth: list[Any] = ["two", "one", "", "Three"]
    faults += [("institute.grown", "tiers", value) for value in no_growth]
    faults += [("fact.declared", "document", value) for value in no_objects]
    faults += [("policy.activated", "concerns", value) for value in no_objects]
    no_counts: list[Any] = [None, True, -1, 2**53, 1.0, "1", [1]]
    counts = {
        "amount.left": "bytes copies",
        "witness.quorum": "need seconds",
        "log.pruned": "before",
        "log.recovered": "first size",
    }
    faults += [
        (kind, key, value)
        for kind, keys in counts.items()
        for key in keys.split()
        for value in no_counts
    ]
    no_names: list[Any] = [None, 5, "x", [], [5], {"x": "y"}]
    no_lists: list[Any] = [None, 5, "x", [None], [-1.5], {"x": "y"}]
    faults += [("subject.erased", "tokens", value) for value in no_names]
    faults += [("log.recovered", "writers", value) for value in no_names]
    faults += [("witness.quorum", "mandatory", value) for value in (None, 0, 1, "yes")]
    faults += [("decision.made", "rules", value) for value in (None, 5, [5], [None])]
    for kind, columns in CARDS.items():
        for name, of in columns.items():
            wrong = no_texts if of is str else no_counts
            faults += [(kind, "card", (name, value)) for value in wrong]
    for event in (*MATTERS, *PASSING, *RAID):
        for key in sorted(event.keys() - {"v", "kind"}):
            wrong = [no_texts, no_counts, no_lists][_shape(event[key])]
            wrong = no_objects if key == "said" else wrong
            faults += [(event["kind"], key, value) for value in wrong]
    no_pins: list[Any] = [{}, {"subject": "x"}, {**_PINS, "more": "x"}]
    no_pins += [{**_PINS, "subject": 5}, None, "x", ["x"]]
    faults += [("request.approved", "facts", value) for value in no_pins]
    reasons: list[Any] = [5, "x", [5], ["x"], [{}], [{"code": 5}], [None], {"a": 1}]
    return faults + [("decision.made", "reasons", value) for value in reasons]


@pytest.mark.parametrize(("kind", "key", "value"), _faults())
def test_a_value_of_another_type_is_refused(kind: str, key: str, value: object) -> None:
    [event] = [event for event in ONE_OF_EACH if event["kind"] == kind]

    if key == "card" and isinstance(value, tuple):
        value = {**event["card"], **dict([value])}
    with pytest.raises(ValueError, match=f"a key of `{kind}` is missing or of another"):
        project(0, {**event, key: value})


@pytest.mark.parametrize("event", RAID, ids=lambda event: event["kind"])
def test_a_card_with_other_columns_or_of_another_state_is_refused(event: Event) -> None:
    card, match = event["card"], "a key of `raid"
    short = {name: cell for name, cell in card.items() if name != "state"}
    for other in (short, {**card, "more": ""}, {**card, "state": "elsewhere"}):
        with pytest.raises(ValueError, match=match):
            project(0, {**event, "card": other})


def test_no_incident_is_of_a_kind_that_events_are_of() -> None:
    event = case_event()
    card = {**event["card"], "kind": "fact.declared"}

    with pytest.raises(ValueError, match="missing or of another type"):
        project(0, {**event, "card": card})


@pytest.mark.parametrize(("kind", "key"), sorted({fault[:2] for fault in _faults()}))
def test_a_missing_key_is_refused(kind: str, key: str) -> None:
    [event] = [event for event in ONE_OF_EACH if event["kind"] == kind]
    lacking = {name: value for name, value in event.items() if name != key}

    with pytest.raises(ValueError, match="is missing"):
        project(0, lacking)


OVERDUE = witnesses_overdue(AT, AT, 2, 60, 7)
NO_WORDS: tuple[object, ...] = (None, 5, True, ["x"])
NO_NUMBERS: tuple[object, ...] = (None, True, -1, 2**53, 1.0, "1")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[(key, value) for key in ("code", "since") for value in NO_WORDS],
        *[(key, value) for key in ("need", "seconds", "size") for value in NO_NUMBERS],
    ],
)
def test_an_alarm_about_witnesses_has_keys_of_its_own(key: str, value: object) -> None:
    assert [put.table for put in project(3, OVERDUE)] == ["event"]
    with pytest.raises(ValueError, match=r"a key of `alarm\.raised` is missing or of"):
        project(0, {**OVERDUE, key: value})
    with pytest.raises(ValueError, match=r"a key of `alarm\.raised` is missing or of"):
        project(0, {name: said for name, said in OVERDUE.items() if name != key})


@pytest.mark.parametrize("event", NEW_ALARMS, ids=lambda event: event["code"])
def test_an_alarm_of_the_gate_names_its_decision(event: Event) -> None:
    assert [put.table for put in project(3, event)] == ["event"]
    for key in event.keys() - {"v", "kind", "at", "code"}:
        for value in NO_WORDS:
            with pytest.raises(ValueError, match="is missing or of another type"):
                project(0, {**event, key: value})


def test_a_matters_row_says_what_it_is_about_and_stays_in_force() -> None:
    assert put_of(3, MATTERS[1]).row == {
        "idx": 3,
        "at": "2027-01-15T08:00:00Z",
        "kind": "request.approved",
        "about": REQUEST,
    }
    for event in MATTERS:
        assert put_of(3, event).standing() != put_of(4, event).standing()


def test_an_activation_may_name_the_request_that_approved_it() -> None:
    assert (
        put_of(3, {**policy("1"), "request": REQUEST}).row == put_of(3, policy("1")).row
    )
    with pytest.raises(ValueError, match="is missing or of another type"):
        project(3, {**policy("1"), "request": 5})


def test_an_alarm_of_no_known_code_is_refused() -> None:
    with pytest.raises(ValueError, match="is missing or of another type"):
        project(0, {**alarm("dec-1"), "code": "all-is-well"})


def test_of_rows_with_one_key_the_last_is_written() -> None:
    puts = [put for i, event in enumerate(HISTORY) for put in project(i, event)]
    tables = latest_rows(puts)

    assert [(row["id"], row["idx"]) for row in tables["registry"]] == [
        ("org:ada", 5),
        ("org:bob", 6),
    ]
    assert [row["idx"] for row in tables["policy"]] == [1, 8]


def test_decisions_never_replace_each_other_even_with_one_id() -> None:
    puts = [put_of(i, decision("dec-1")) for i in (4, 7)]

    assert [row["idx"] for row in latest_rows(puts)["decision"]] == [4, 7]


@pytest.mark.parametrize("at", ["x", "", "2027-13-01T00:00:00Z"])
def test_an_event_happened_at_an_instant(at: str) -> None:
    with pytest.raises(ValueError, match=r"instant|date"):
        project(3, {**amount("dec-1", 5), "at": at})


@pytest.mark.parametrize(
    "document",
    [
        {"concealed": "text:~" + "a" * 43, "id": "user:x"},
        {"concealed": "text:~short"},
        {"concealed": {"id": "user:x"}},
    ],
)
def test_what_stands_for_a_document_stands_alone(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="of another type"):
        project(3, {**fact("org:ada"), "document": document})


@pytest.mark.parametrize("reasons", [["x"], [5], "x"])
def test_reasons_are_objects(reasons: object) -> None:
    with pytest.raises(ValueError, match="of another type"):
        project(3, {**decision("dec-1"), "reasons": reasons})
