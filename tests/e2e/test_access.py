"""`why`, `who-can`, `what-can`, `which-assets`: answers given, and possible ones."""

import re
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from tests.e2e.running import PERMITTED, READ, Ringwall
from tests.example import DENY_ROW, NOON, add_row


def test_why_finds_a_decision_by_id_by_index_and_as_the_last(
    ringwall: Ringwall,
) -> None:
    asked = ringwall(*READ, "--authn", "mfa").json()
    context = asked["context"]

    names = [context["id"], context["receipt"]["index"], "last"]
    answers = [ringwall("why", name) for name in names]

    assert [done.code for done in answers] == [0, 0, 0]
    assert [done.json() for done in answers] == [asked] * 3


def test_why_tells_a_person_the_same_as_the_check_did(ringwall: Ringwall) -> None:
    asked = ringwall.table(*READ, "--authn", "mfa")

    assert ringwall.table("why", "last").out == asked.out


@pytest.mark.parametrize(
    "name", ["dec-00000000000000000000", "9999999", "0", "", "\x1b[31m", "9" * 40]
)
def test_why_of_no_decision_exits_2(ringwall: Ringwall, name: str) -> None:
    ringwall(*PERMITTED)

    done = ringwall("why", name)

    assert (done.code, done.out) == (2, "")
    assert "unknown-decision" in done.err
    assert "next: " in done.err
    assert "\x1b" not in done.err


def test_why_before_any_decision_exits_2(ringwall: Ringwall) -> None:
    assert ringwall("why", "last").code == 2


def test_who_can_gives_the_ways_in(ringwall: Ringwall) -> None:
    done = ringwall("who-can", "weights.read", "weights:aurora-2")

    ways = done.json()
    assert done.code == 0
    assert [way["subject"] for way in ways] == ["user:ada", "user:alan"]
    assert {way["authn"] for way in ways} == {"hardware-fresh"}
    assert "point:trainer" in ways[0]["via"]
    assert "point:serving" not in ways[0]["via"]


def test_a_list_of_nobody_is_not_an_empty_screen(ringwall: Ringwall) -> None:
    words = ("who-can", "weights.read", "weights:comet-0")

    assert ringwall(*words).json() == []
    assert ringwall(*words, "--format", "ndjson").out == ""
    assert ringwall(*words, "--format", "csv").out == "subject,authn,approvals,via\n"
    assert ringwall.table(*words).out == (
        "who can weights.read on weights:comet-0 now, given the approvals shown\n"
        "by the policies in force\n"
        "(none)\n"
    )


def test_who_can_and_what_can_tell_the_same(ringwall: Ringwall) -> None:
    who = ringwall("who-can", "research.read", "eval:pico-1-suite").json()

    assert len(who) > 3
    for way in (who[0], who[-1]):
        what = ringwall("what-can", way["subject"]).json()
        row = {**way, "resource": "eval:pico-1-suite", "action": "research.read"}
        del row["subject"]
        assert row in what


def test_what_can_equals_asking_one_by_one(ringwall: Ringwall, institute: Path) -> None:
    subject, authentication = "user:ada", "hardware-fresh"
    ways = ringwall("what-can", subject).json()
    allowed = {
        (way["action"], way["resource"], point)
        for way in ways
        if way["approvals"] == "none"
        for point in way["via"]
    }
    opened = Institute(institute, FixedClock(NOON))
    facts, actions = opened.facts(), sorted(opened.decider().actions)

    for point in ("point:trainer", "point:campus-desk"):
        with opened.gatekeeper(point) as gate:
            permitted = {
                (action, asset, point)
                for action in actions
                for asset in list(facts.assets())[::3]
                if gate.check(
                    subject=subject,
                    action=action,
                    resource=asset,
                    authn=authentication,
                ).permitted
            }
        sample = {
            way
            for way in allowed
            if way[2] == point and way[1] in set(list(facts.assets())[::3])
        }
        assert permitted == sample


def test_each_way_in_is_a_permit_and_less_proof_is_none(ringwall: Ringwall) -> None:
    words = ("--action", "weights.read", "--asset", "weights:aurora-2")
    for way in ringwall("who-can", "weights.read", "weights:aurora-2").json():
        asked = ["check", "--subject", way["subject"], *words, "--via", way["via"][0]]

        assert ringwall(*asked, "--authn", way["authn"]).code == 0
        assert ringwall(*asked, "--authn", "hardware").code == 1


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (
            ("who-can", "weights.read", "weights:aurora2"),
            "unknown-asset",
            "perhaps you mean `weights:aurora-2`",
        ),
        (
            ("who-can", "weights.rea", "weights:aurora-2"),
            "unknown-action",
            "perhaps you mean `weights.read`",
        ),
        (
            ("who-can", "zzz", "weights:aurora-2"),
            "unknown-action",
            "see `ringwall policy table access` for the actions there are",
        ),
        (
            ("what-can", "user:Ada"),
            "unknown-subject",
            "perhaps you mean `user:ada`",
        ),
        (
            ("what-can", "weights:aurora-2"),
            "unknown-subject",
            "declare it with `ringwall apply`",
        ),
        (
            ("which-assets", "user:adda", "weights.read"),
            "unknown-subject",
            "perhaps you mean `user:ada`",
        ),
        (
            ("which-assets", "user:ada", "weights.raed"),
            "unknown-action",
            "perhaps you mean `weights.read`",
        ),
    ],
)
def test_what_is_not_on_record_exits_2_and_names_what_is_near(
    ringwall: Ringwall, words: tuple[str, ...], code: str, hint: str
) -> None:
    done = ringwall(*words, "--format", "json")

    assert (done.code, done.out) == (2, "")
    assert done.error()["code"] == code
    assert done.error()["next"] == hint


def test_which_assets_is_what_can_of_one_action(ringwall: Ringwall) -> None:
    what = ringwall("what-can", "user:ada").json()
    expected = [way for way in what if way.pop("action") == "weights.read"]

    which = ringwall("which-assets", "user:ada", "weights.read")

    assert len(expected) > 3
    assert (which.code, which.err) == (0, "")
    assert which.json() == expected


PAGED = [
    (("who-can", "research.read", "eval:pico-1-suite"), "subject"),
    (("what-can", "user:ada"), "resource"),
    (("which-assets", "user:ada", "weights.read"), "resource"),
]


@pytest.mark.parametrize(("words", "unit"), PAGED)
def test_pages_are_turned_by_the_option_that_the_hint_names(
    ringwall: Ringwall, words: tuple[str, ...], unit: str
) -> None:
    found: list[dict[str, Any]] = []
    pages, more = 0, list[str]()
    while pages == 0 or more:
        done = ringwall(*words, "--limit", 2, *more)
        ways = done.json()
        more = [
            word
            for option in re.findall(r"`(--after \S+)`", done.err)
            for word in option.split()
        ]
        assert 1 <= len({way[unit] for way in ways}) <= 2
        assert (done.code, bool(more)) == (0, bool(done.err))
        assert not [way for way in ways if way in found]
        found += ways
        pages += 1

    assert pages > 1
    assert found == ringwall(*words).json()


def test_that_there_is_more_is_said_beside_the_data(ringwall: Ringwall) -> None:
    words, _ = PAGED[1]
    hint = "there is more: go on with `--after checkpoint:aurora-2-step-90k`\n"

    for fmt in ("table", "json", "ndjson", "csv"):
        done = ringwall(*words, "--limit", "1", "--format", fmt)
        assert (done.code, done.err) == (0, hint)
        assert "there is more" not in done.out


@pytest.mark.parametrize("limit", ["-1", "many"])
def test_a_limit_that_is_none_exits_2(ringwall: Ringwall, limit: str) -> None:
    done = ringwall("what-can", "user:ada", "--limit", limit)

    assert (done.code, done.out) == (2, "")
    assert "--limit" in done.err


@pytest.mark.parametrize("width", [80, 120])
def test_lists_fit_the_screen(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    lines = ringwall.table("what-can", "user:ada").out.splitlines()

    assert max(map(len, lines)) <= width
    assert len(lines) > 20


SEARCHES = [
    ("who-can", "weights.read", "weights:aurora-2"),
    ("what-can", "user:ada"),
    ("which-assets", "user:ada", "weights.read"),
]


@pytest.mark.parametrize("words", SEARCHES)
def test_an_edited_folder_is_not_taken_for_what_is_in_force(
    ringwall: Ringwall, institute: Path, words: tuple[str, ...]
) -> None:
    before = ringwall(*words).json()
    add_row(Institute(institute), DENY_ROW)

    done = ringwall(*words)
    table = ringwall.table(*words)

    assert (done.code, done.out, table.out) == (3, "", "")
    assert "policy-not-activated" in table.err
    assert "ringwall policy restore" in " ".join(table.err.split())
    assert before


@pytest.mark.parametrize("words", SEARCHES)
def test_a_draft_is_gone_by_where_that_is_said_and_told(
    ringwall: Ringwall, institute: Path, words: tuple[str, ...]
) -> None:
    before = ringwall(*words, "--draft")
    assert before.err == ""
    add_row(Institute(institute), DENY_ROW)

    done = ringwall(*words, "--draft")
    table = ringwall.table(*words, "--draft")

    told = "by the policies in the folder, a draft that is not in force"
    assert (done.code, done.err) == (0, f"answered {told}\n")
    assert table.out.splitlines()[1] == told
    assert done.json() != before.json()
