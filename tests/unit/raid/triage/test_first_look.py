"""The first look at a report: claims move it up, unknowns do not."""

from typing import Any

from ringwall.raid.triage.first_look import FirstLook, FirstLooks, first_look
from tests.raid_office import report_document
from tests.routed import TABLES
from tests.triage_tables import shipped


def looked(**changes: Any) -> FirstLook:  # noqa: ANN401 - of a report
    return first_look(shipped(), TABLES, report_document(**changes))


def test_an_empty_report_waits() -> None:
    questions = (
        *("kind", "states", "harms", "weights", "behaviour", "danger", "public"),
    )
    unknown = dict.fromkeys(questions, "unknown")

    assert looked(**unknown, narrative="Something.", title="X") == FirstLook(
        imminent=0, priority=1, owned=0, compute=0, reach=1
    )


def test_what_is_claimed_moves_it_up() -> None:
    found = looked(
        danger="imminent",
        behaviour="shown",
        states=["DE", "FR"],
        compute={"low": "9e25", "high": "1.1e26"},
    )

    assert found == FirstLook(imminent=1, priority=4, owned=1, compute=3, reach=4)


def test_what_was_looked_at_before_is_looked_at_alike() -> None:
    looks = FirstLooks(shipped(), TABLES, most=1)
    documents = [report_document(), report_document(behaviour="shown", danger="no")]

    for document in documents * 2:
        for _ in range(2):
            assert looks(document) == first_look(shipped(), TABLES, document)
    assert looks(documents[0]) != looks(documents[1])


def test_words_alone_are_a_claim() -> None:
    told = "The model copied itself onto another server and lied to its users."

    found = looked(narrative=told, behaviour="unknown")

    assert found.owned == 1
    assert found.priority >= 3


def test_a_sector_or_entity_makes_an_event_suspect_as_at_triage() -> None:
    told = {"kind": "incident", "narrative": "It failed.", "title": "A fault"}
    plain = looked(**told, harms="unknown", sector="other", entity="unknown")
    flown = looked(**told, harms="unknown", sector="aviation", entity="unknown")
    bank = looked(**told, harms="unknown", sector="other", entity="financial-entity")
    answered = looked(**told, harms=["none"], sector="aviation", entity="unknown")

    assert flown.priority == bank.priority == 3 > plain.priority
    assert answered.priority == plain.priority
