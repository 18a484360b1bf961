"""A touch of a decoy is on record with the answer, which is the same as without."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.verdicts import Question
from ringwall.institute import Gatekeeper, Institute
from ringwall.matters.decoys import Decoys
from ringwall.matters.touches import BLIND, TOUCHED
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.events import fact_declared
from ringwall.model.levels import Authentication
from ringwall.model.matter_events import decoy_placed
from ringwall.model.requests import AccessRequest
from ringwall.registry.decoy_key import decoy_key_file
from ringwall.registry.decoys import DecoyDesk
from ringwall.signing.decoy_marks import decoy_mark, key_mark
from tests.example import NOON, READ, apply, declare, size_of

KEY = bytes(range(32))
ASSET = READ["resource"]
CASE = (
    "assets:\n- {id: case:decoy-1, tier: upper, content: raid, authors: [user:joan]}\n"
)


def marked(*assets: str, key: bytes = KEY) -> Decoys:
    """Return decoys as they stand on record, the key's own mark first."""
    decoys = Decoys()
    for mark in (key_mark(key), *(decoy_mark(key, asset) for asset in assets)):
        decoys.take_in(0, decoy_placed(NOON, mark, "user:hedy"))
    return decoys


def question(resource: str = ASSET, decision: str = "dec-1") -> Question:
    """Return somebody's question."""
    request = AccessRequest(
        "user:ada", "weights.read", resource, "point:trainer", Authentication.NONE
    )
    return Question(request, decision, NOON, None)


def test_a_touch_is_an_alarm_and_a_report() -> None:
    alarm, report = DecoyWatch(KEY).events(question(), marked(ASSET))

    assert (alarm["kind"], alarm["code"]) == ("alarm.raised", "decoy-touched")
    assert alarm["mark"] == decoy_mark(KEY, ASSET)
    assert alarm["decision"] == report["decision"] == "dec-1"
    assert (report["kind"], report["source"], report["id"]) == (
        "report.filed",
        "decoy",
        "rep-1",
    )
    assert (report["subject"], report["resource"]) == ("user:ada", ASSET)
    assert report["told"] == TOUCHED


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_a_gate_without_the_right_key_says_so_with_one_decision(
    key: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "ringwall")
    watch, decoys = DecoyWatch(key), marked(ASSET)

    assert watch.is_blind(decoys)
    (first,) = watch.events(question(), decoys)
    # The same decision is drafted again when facts have changed under it.
    (again,) = watch.events(question(), decoys)
    later = watch.events(question(decision="dec-2"), decoys)

    assert first == again
    assert (first["kind"], first["told"]) == ("report.filed", BLIND)
    assert (first["subject"], first["resource"]) == ("", "")
    assert later == []
    assert "decoy-key-missing" in caplog.text
    assert ASSET not in caplog.text


def test_a_gate_with_the_key_is_not_blind_and_one_without_decoys_neither() -> None:
    assert not DecoyWatch(KEY).is_blind(marked(ASSET))
    assert not DecoyWatch(None).is_blind(Decoys())
    assert DecoyWatch(None).events(question(), Decoys()) == []


@contextmanager
def desk_of(institute: Institute) -> Iterator[DecoyDesk]:
    """Give the desk of decoys."""
    desk = DecoyDesk(institute.ledger(writable=True), institute.folder, institute.clock)
    try:
        yield desk
    finally:
        desk.close()


def asked(institute: Institute, **words: Any) -> tuple[Any, list[dict[str, Any]]]:  # noqa: ANN401 - a decision
    """Return an answer and what went on record with it."""
    with institute.gatekeeper("point:trainer") as gate:
        before = size_of(institute)
        decision = gate.check(**{**READ, **words})
    ledger = institute.ledger(writable=False)
    events = [ledger.entry(index).event for index in range(before, ledger.head().size)]
    ledger.close()
    return decision, events


@pytest.mark.parametrize("authn", ["hardware-fresh", "none"])
def test_the_answer_is_the_same_as_without_the_mark(
    institute: Institute, authn: str
) -> None:
    plain, alone = asked(institute, authn=authn)
    with desk_of(institute) as desk:
        desk.place(ASSET, "user:hedy")
    touched, events = asked(institute, authn=authn)

    assert touched.verdict == plain.verdict
    assert touched.permitted is (authn == "hardware-fresh")
    assert [event["kind"] for event in alone] == ["decision.made"]
    kinds = [event["kind"] for event in events]
    assert sorted(kinds) == ["alarm.raised", "decision.made", "report.filed"]
    # One transaction: the tree that holds the answer holds the alarm.
    assert touched.receipt.size == size_of(institute)


def test_a_case_that_is_a_decoy_tells_of_its_touch(institute: Institute) -> None:
    apply(institute, declare(institute.folder, CASE))
    with desk_of(institute) as desk:
        desk.place("case:decoy-1", "user:hedy")

    decision, events = asked(institute, action="raid.read", resource="case:decoy-1")

    assert not decision.permitted
    assert [event["kind"] for event in events][-2:] == ["alarm.raised", "report.filed"]


def test_a_decoy_placed_while_a_gate_is_open_is_watched_if_the_key_was_there(
    institute: Institute,
) -> None:
    with desk_of(institute) as desk:
        desk.place("weights:aurora-1", "user:hedy")
        with institute.gatekeeper("point:trainer") as gate:
            desk.place(ASSET, "user:hedy")
            before = size_of(institute)
            gate.check(**READ)

    assert size_of(institute) == before + 3


def test_a_gate_of_an_institute_whose_key_is_gone_reports_it(
    institute: Institute,
) -> None:
    with desk_of(institute) as desk:
        desk.place(ASSET, "user:hedy")
    decoy_key_file(institute.folder).unlink()

    decision, events = asked(institute)

    assert decision.permitted
    assert [event.get("told") for event in events] == [None, BLIND]


def test_a_gate_that_was_given_no_watch_is_none_the_wiser(
    institute: Institute,
) -> None:
    with desk_of(institute) as desk:
        desk.place(ASSET, "user:hedy")
    ledger = institute.ledger(writable=True)
    before = size_of(institute)
    with Gatekeeper(ledger, institute, institute.clock, "point:trainer") as gate:
        gate.check(**READ)

    assert size_of(institute) == before + 2


def put(institute: Institute, entity: str, **fields: Any) -> None:  # noqa: ANN401 - fields of documents
    """Put a document on record, made of one that is there."""
    ledger = institute.ledger(writable=True)
    known: dict[str, Any] = ledger.registry_since(-1).documents
    document = document_of({**known[entity], **fields})
    ledger.append([fact_declared(NOON, dump_document(document))])
    ledger.close()


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_touch_that_is_too_fast_is_on_record_and_answered_like_any_other(
    institute: Institute, *, is_awaited: bool
) -> None:
    put(institute, "point:trainer", rate={"per_person": 1, "in_all": 9})
    with desk_of(institute) as desk:
        desk.place(ASSET, "user:hedy")
    with institute.gatekeeper("point:trainer") as gate:

        def ask(resource: str) -> Any:  # noqa: ANN401 - a decision
            words = {**READ, "resource": resource}
            if is_awaited:
                return asyncio.run(gate.acheck(**words))
            return gate.check(**words)

        ask("weights:aurora-1")
        told = ask("weights:aurora-1")
        before = size_of(institute)
        plain = ask("weights:aurora-1")
        assert size_of(institute) == before
        touched = ask(ASSET)

    assert told.receipt is not None
    assert size_of(institute) == before + 3
    assert [one.code for one in touched.verdict.reasons] == ["person-rate-exceeded"]
    same = {"id": plain.id, "request": plain.request}
    assert replace(touched, **same) == plain


def test_a_touch_under_another_id_is_on_record(institute: Institute) -> None:
    file = {"sha256": "a" * 64, "bytes": 9, "tensor_count": 1}
    file["tensors_sha256"] = "b" * 64
    put(institute, ASSET, file=file)
    put(institute, ASSET, id="weights:scratch", file=file)
    with desk_of(institute) as desk:
        desk.place(ASSET, "user:hedy")

    _, events = asked(institute, resource="weights:scratch")

    assert "report.filed" in [event["kind"] for event in events]
