"""Matters in words: every kind has some, and none tells which thing is a decoy."""

import pytest

from ringwall.cli.audit_matters import MATTER_WORDS
from ringwall.model.events import Event
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from tests.matter_events import MATTERS, PASSING


def told(event: Event) -> str:
    """Return an event in words."""
    return MATTER_WORDS[event["kind"]](event)


def test_each_kind_of_a_matter_has_words() -> None:
    assert MATTER_WORDS.keys() == MATTER_KINDS | PASSING_KINDS
    assert all(told(event) for event in (*MATTERS, *PASSING))


def test_a_decoy_is_told_of_without_saying_which() -> None:
    said = {e["kind"]: told(e) for e in MATTERS if e["kind"].startswith("decoy.")}

    assert said == {
        "decoy.placed": "a decoy was placed",
        "decoy.lifted": "a decoy was lifted",
    }


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("request.opened", {"manner": "break-glass"}, "glass broken: "),
        ("request.opened", {"manner": "approved"}, "asked: "),
        ("session.ended", {"id": ""}, "ended: all sessions of "),
        ("session.ended", {"id": "ses-1"}, "ended: ses-1 of "),
        ("review.opened", {"about": "req-1"}, " on req-1, due "),
        ("review.opened", {"about": ""}, ", due "),
        ("report.filed", {"subject": "", "resource": "", "told": "x"}, ": x"),
        ("proof.refused", {"subject": "", "what": "session"}, "proof of a session "),
        ("proof.refused", {"subject": "user:ada"}, " of user:ada refused: "),
    ],
)
def test_what_is_empty_is_not_told(
    kind: str, change: dict[str, str], words: str
) -> None:
    event = next(e for e in (*MATTERS, *PASSING) if e["kind"] == kind)

    assert words in told({**event, **change})
