"""What is recorded of who asks for a decoy, with a decision or with a request."""

import pytest

from ringwall.matters.decoys import Decoys
from ringwall.matters.touches import BLIND, TOUCHED, DecoySight, Touch
from ringwall.model.matter_events import decoy_placed
from ringwall.signing.decoy_marks import decoy_mark, key_mark
from tests.example import NOON

KEY = bytes(range(32))
ASSET = "weights:aurora-2"
REQUEST = "req-" + "a" * 20


def marked(*assets: str) -> Decoys:
    """Return decoys as they stand on record, the key's own mark first."""
    decoys = Decoys()
    for mark in (key_mark(KEY), *(decoy_mark(KEY, asset) for asset in assets)):
        decoys.take_in(0, decoy_placed(NOON, mark, "user:hedy"))
    return decoys


def asked(resource: str = ASSET, decision: str = "dec-1") -> Touch:
    """Return what somebody asked the gate."""
    return Touch(NOON, "user:ada", resource, decision)


def wanted(at: int = NOON, subject: str = "user:ada") -> Touch:
    """Return what somebody asked a grant for."""
    return Touch(at, subject, ASSET, request=REQUEST)


def test_a_touch_at_the_gate_names_the_decision() -> None:
    alarm, report = DecoySight(KEY).events_of(asked(), marked(ASSET))

    assert (alarm["code"], alarm["decision"]) == ("decoy-touched", "dec-1")
    assert alarm["mark"] == decoy_mark(KEY, ASSET)
    assert (report["id"], report["decision"]) == ("rep-1", "dec-1")
    assert (report["subject"], report["resource"]) == ("user:ada", ASSET)
    assert (report["source"], report["told"]) == ("decoy", TOUCHED)


def test_a_touch_at_the_desk_names_the_request_and_who_asked() -> None:
    alarm, report = DecoySight(KEY).events_of(wanted(), marked(ASSET))

    assert (alarm["kind"], alarm["code"]) == ("alarm.raised", "decoy-requested")
    assert (alarm["request"], alarm["subject"]) == (REQUEST, "user:ada")
    assert alarm["mark"] == decoy_mark(KEY, ASSET)
    assert (report["kind"], report["decision"]) == ("report.filed", "")
    assert (report["subject"], report["resource"]) == ("user:ada", ASSET)


def test_each_touch_of_one_request_has_a_report_of_its_own() -> None:
    touches = [wanted(), wanted(subject="user:bob"), wanted(at=NOON + 1), wanted()]

    ids = [touch.report for touch in touches]

    assert len(set(ids)) == 3
    assert ids[0] == ids[3]
    assert all(name.startswith("rep-") and len(name) == 30 for name in ids)


def test_what_is_no_decoy_is_passed_over_in_silence() -> None:
    sight = DecoySight(KEY)

    assert sight.events_of(asked("weights:other"), marked(ASSET)) == []
    assert sight.events_of(asked(), Decoys()) == []
    assert sight.mark_of(ASSET, Decoys()) == ""
    assert sight.mark_of(ASSET, marked(ASSET)) == decoy_mark(KEY, ASSET)
    assert sight.mark_of(ASSET, marked("weights:other")) == ""


def test_whoever_asks_for_the_same_file_under_another_id_has_found_it() -> None:
    sight, ids = DecoySight(KEY), (ASSET, "weights:twin")

    alarm, report = sight.events_of(asked("weights:twin"), marked(ASSET), ids)

    assert alarm["mark"] == decoy_mark(KEY, ASSET)
    assert report["resource"] == "weights:twin"
    assert sight.events_of(asked("weights:twin"), marked(ASSET)) == []
    assert sight.touched("weights:twin", ids, marked("weights:other")) == ""


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringwall.matters.touches._MOST_REMEMBERED", 3)
    sight, decoys = DecoySight(KEY), marked(ASSET)

    for number in range(20):
        assert sight.mark_of(f"weights:{number}", decoys) == ""
        assert sight.mark_of(ASSET, decoys)
        assert len(sight._marks) <= 3


@pytest.mark.parametrize("key", [None, bytes(32)])
@pytest.mark.parametrize(
    ("first", "later"),
    [(asked(), asked(decision="dec-2")), (wanted(), wanted(at=NOON + 1))],
)
def test_without_the_right_key_that_is_reported_once(
    key: bytes | None, first: Touch, later: Touch
) -> None:
    sight, decoys = DecoySight(key), marked(ASSET)

    assert sight.is_blind(decoys)
    (told,) = sight.events_of(first, decoys)

    # What is drafted again, since facts have changed under it, says the same.
    assert sight.events_of(first, decoys) == [told]
    assert sight.events_of(later, decoys) == []
    assert (told["kind"], told["told"]) == ("report.filed", BLIND)
    assert (told["subject"], told["resource"]) == ("", "")


def test_with_the_key_or_without_decoys_nobody_is_blind() -> None:
    assert not DecoySight(KEY).is_blind(marked(ASSET))
    assert not DecoySight(None).is_blind(Decoys())
    assert DecoySight(None).events_of(asked(), Decoys()) == []
