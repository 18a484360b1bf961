"""Matters in words: every kind has some, and none tells which thing is a decoy."""

import re
from typing import Any

import pytest

from ringwall.cli.audit_matters import MATTER_WORDS
from ringwall.cli.audit_words import alarm_words
from ringwall.model.events import Event
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.raid_events import embargo_expired
from tests.matter_events import BOX, MATTERS, NEW_ALARMS, PASSING

SHORT = re.compile(r"\b(dec|ses|rev|rep|plan)-1$")
EVENTS = {event["kind"]: event for event in (*MATTERS, *PASSING)}


def told(event: Event) -> str:
    """Return an event in words."""
    return MATTER_WORDS[event["kind"]](event)


def with_full_ids(event: Event) -> dict[str, Any]:
    """Return an event with ids as long as those that are given out."""
    return {
        key: SHORT.sub(r"\1-" + "abcde" * 4, value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def test_each_kind_of_a_matter_has_words() -> None:
    assert MATTER_WORDS.keys() == MATTER_KINDS | PASSING_KINDS
    assert all(told(event) for event in (*MATTERS, *PASSING))


@pytest.mark.parametrize(
    "event",
    [
        *MATTERS,
        *PASSING,
        {**EVENTS["request.opened"], "manner": "break-glass"},
        {**EVENTS["review.opened"], "what": "break-glass", "about": "req-" + "a" * 20},
        {**EVENTS["report.filed"], "source": "watch", "resource": "", "decision": ""},
        {**EVENTS["vault.sealed"], "copy_of": BOX, "recipient": "site:hub-north"},
        {**EVENTS["vault.sealed"], "file": "a/" * 90 + "model.safetensors"},
    ],
    ids=lambda event: event["kind"],
)
def test_each_is_told_in_one_line_of_80_columns(event: Event) -> None:
    words = told(with_full_ids(event))

    assert len(words) <= 80
    assert "\n" not in words


@pytest.mark.parametrize("event", NEW_ALARMS, ids=lambda event: event["code"])
def test_so_is_each_alarm_of_the_gate(event: Event) -> None:
    words = f"alarm: {alarm_words(with_full_ids(event))}"

    assert len(words) <= 80
    assert "mark" not in words


def test_a_decoy_is_told_of_without_saying_which() -> None:
    said = {e["kind"]: told(e) for e in MATTERS if e["kind"].startswith("decoy.")}

    assert said == {
        "decoy.placed": "a decoy was placed by user:grace",
        "decoy.lifted": "a decoy was lifted by user:grace",
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("finding.recorded", "found, high: watch-001 of user:ada, 12 entries"),
        (
            "report.filed",
            "report by decoy of user:ada weights:aurora-2: somebody asked",
        ),
        ("proof.refused", "session by user:ada at point:vault refused: "),
        ("notice.sent", "told of dec-1 of user:ada, as notify demands"),
        ("vault.sealed", f"sealed: {BOX} of weights:aurora-2 model.safetensors"),
        ("vault.rewrapped", f"rewrapped: {BOX} with shares custodians, slot 2"),
        ("vault.destroyed", f"destroyed: {BOX} by user:ada"),
        ("vault.verified", f"verified: {BOX}, chunks 0 to 4 of 5"),
        ("vault.opened", f"opened: {BOX} in dec-1"),
        ("vault.read", f"read: {BOX}, bytes 1048576 to 2097152 by user:ada"),
    ],
)
def test_whom_it_is_about_is_named(kind: str, words: str) -> None:
    assert told(EVENTS[kind]).startswith(words)


def test_of_a_report_the_words_are_cut_and_no_name() -> None:
    subject = "user:~" + "A1b2" * 10 + "xyz"
    report = {**EVENTS["report.filed"], "resource": "", "told": "word " * 30 + "end"}

    assert told(report).startswith("report by decoy of user:ada: word word ")
    assert told(report).endswith(" word ...")
    assert len(told(report)) <= 80
    assert told({**report, "subject": subject}).startswith(
        f"report by decoy of {subject}: word "
    )


def test_a_copy_is_told_with_its_site_and_a_damage_with_its_code() -> None:
    copy = {**EVENTS["vault.sealed"], "copy_of": BOX, "recipient": "site:hub-north"}
    (damage,) = (one for one in NEW_ALARMS if one["code"] == "container-damaged")

    assert told(copy) == f"copied: {BOX} for site:hub-north"
    assert alarm_words(damage) == f"container damaged: {BOX}, header-altered"


def test_a_file_name_that_does_not_fit_is_left_out_whole() -> None:
    sealed = {**EVENTS["vault.sealed"], "file": "a/" * 90 + "model.safetensors"}

    assert told(sealed) == f"sealed: {BOX} of weights:aurora-2 ..."


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("request.opened", {"manner": "break-glass"}, "glass broken: "),
        ("request.opened", {"manner": "approved"}, "asked: "),
        ("session.ended", {"id": ""}, "ended: all sessions of "),
        ("session.ended", {"id": "ses-1"}, "ended: ses-1 of "),
        (
            "review.opened",
            {"what": "break-glass", "about": "req-1"},
            ": user:ada broke glass, req-1",
        ),
        ("review.opened", {"about": ""}, ": power of user:ada, due "),
        ("report.filed", {"subject": "", "resource": ""}, "report by decoy: some"),
        (
            "proof.refused",
            {"subject": "", "point": ""},
            "session refused: token-replayed",
        ),
        ("proof.refused", {"subject": ""}, "session at point:vault refused: "),
        ("proof.refused", {"point": ""}, "session by user:ada refused: "),
    ],
)
def test_what_is_empty_is_not_told(
    kind: str, change: dict[str, str], words: str
) -> None:
    assert words in told({**EVENTS[kind], **change})


def test_that_an_embargo_ran_out_is_told_in_words() -> None:
    names = ("emb-aaaaaaaaaaaaaaaa", "case:c-aaaaaaaaaa", "active", "dec-1")
    words = alarm_words(embargo_expired(0, *names))
    assert words == f"embargo over, active until now: {names[0]} of {names[1]}"
