"""What in a report may tell who wrote it."""

import pytest

from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.tell_rules import read_tells
from ringwall.raid.shield.tells import Tell, tells_in
from ringwall.shipped import shipped_path
from tests.raid_office import report_document
from tests.shielded import MARY

RULES = read_tells(shipped_path("raid") / "desk")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to mary@example.org please", "an e-mail address"),
        ("call +49 30 5550123 at night", "a telephone number"),
        ("call 0049-30-5550123", "a telephone number"),
        ("my badge number is known", "a number of staff"),
        ("I am the only engineer on it", "that only one knows it"),
        ("only I know of the switch", "that only one knows it"),
        ("my name is written below", "a name"),
        ("kind regards, M", "a name"),
        ("Kind\n regards", "a name"),
        ("I\u2019m the only one", "that only one knows it"),
        ("my manager told me to wait", "where one works"),
        ("I'm the head of evaluations", "what one is"),
    ],
)
def test_what_may_tell_who_one_is_is_found(text: str, what: str) -> None:
    found = tells_in(report_document(narrative=text), NOBODY, RULES)

    assert Tell("narrative", what) in found
    assert text not in str(found)


def test_a_plain_report_tells_nothing() -> None:
    document = report_document(
        narrative="On 2026-03-14 at 09:30 run 12345678901 took 9e25 operations.",
        references=["https://example.org/2026/11/23"],
        compute={"low": "9e25", "high": "11e25"},
    )

    assert tells_in(document, NOBODY, RULES) == ()
    assert tells_in({"score": 3}, NOBODY, RULES) == ()


@pytest.mark.parametrize(
    "text",
    [
        "MARY saw it",
        "as Planted wrote",
        "mary.planted@reporter.example",
        "+49 30 5550123",
    ],
)
def test_what_is_sealed_is_found_in_the_open(text: str) -> None:
    document = report_document(systems=[{"name": "Rota", "developer": text}])

    found = tells_in(document, MARY, RULES)

    assert Tell("systems", "what is sealed in the box") in found


def test_short_names_are_not_found_in_other_words() -> None:
    assert tells_in(report_document(), Identity(name="Al Ba"), RULES) == ()


def test_without_rules_what_is_sealed_is_looked_for_all_the_same() -> None:
    document = report_document(narrative="mary.planted@reporter.example, my boss")

    assert tells_in(document, MARY, ()) == (
        Tell("narrative", "what is sealed in the box"),
    )


def test_a_phrase_goes_over_no_end_of_a_sentence() -> None:
    document = report_document(narrative="It hit my. Boss was away.")

    assert tells_in(document, NOBODY, RULES) == ()
