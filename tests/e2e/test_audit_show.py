"""`audit show`: one entry whole, what is disclosed of it, what covers it."""

import json
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.ledger.asking import inspecting
from ringwall.ledger.asking.covering import Coverage, Seen
from ringwall.model.events import log_recovered, subject_erased
from tests.e2e.running import PERMITTED, Ringwall

AT = 1_795_262_400_000_000


def test_show_prints_an_entry_by_index_and_by_id(ringwall: Ringwall) -> None:
    context = ringwall(*PERMITTED).json()["context"]

    by_index = ringwall("audit", "show", context["receipt"]["index"])
    by_id = ringwall("audit", "show", context["id"])
    as_table = ringwall.table("audit", "show", context["id"])

    assert by_index.json() == by_id.json()
    assert by_id.json()["leaf"] == context["receipt"]["leaf"]
    assert by_id.json()["event"]["effect"] == "permit"
    first, second, *rest = as_table.out.splitlines()
    assert first == f"entry    {context['receipt']['index']}"
    assert second == f"leaf     {context['receipt']['leaf']}"
    event = "".join(rest[rest.index("{") :])
    assert json.loads(event) == by_id.json()["event"]


def test_show_in_csv_holds_nested_parts_as_json(ringwall: Ringwall) -> None:
    (row,) = ringwall("audit", "show", 2, "--format", "csv").csv()

    assert json.loads(row["document"])["id"] == row["id"]


@pytest.mark.parametrize("name", ["10000", "9" * 30, "dec-nothing"])
def test_show_of_nothing_exits_2(ringwall: Ringwall, name: str) -> None:
    done = ringwall("audit", "show", name)

    assert (done.code, done.out) == (2, "")
    assert "ringwall: unknown-" in done.err


def test_show_last_is_the_last_entry(ringwall: Ringwall) -> None:
    declared = ringwall("audit", "show", "last").json()
    index = ringwall(*PERMITTED).json()["context"]["receipt"]["index"]

    assert declared["event"]["kind"] == "fact.declared"
    assert ringwall("audit", "show", "last").json()["entry"] == index
    assert declared["entry"] == index - 1


def test_show_says_what_is_disclosed_and_what_covers(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)

    shown = ringwall("audit", "show", "last").json()
    table = ringwall.table("audit", "show", "last").out

    (told,) = shown["disclosures"]
    assert (told["state"], told["value"]) == ("disclosed", "user:ada")
    assert f"told     user:ada for {told['token']}\n" in table
    assert shown["covered"] == {"checkpoint": shown["entry"] + 1, "cosigned": []}
    assert f"covered  by the checkpoint of {shown['entry'] + 1} entries\n" in table


def test_show_says_what_was_erased_and_what_is_doubtful(
    ringwall: Ringwall, institute: Path
) -> None:
    index = ringwall(*PERMITTED).json()["context"]["receipt"]["index"]
    (told,) = ringwall("audit", "show", index).json()["disclosures"]
    token = told["token"]
    ledger = Institute(institute).ledger(writable=True)
    ledger.append(
        [
            subject_erased(AT, [token], "asked for"),
            log_recovered(AT, index, index + 1, ["pid 12"]),
        ]
    )
    ledger.close()

    shown = ringwall("audit", "show", index).json()
    table = ringwall.table("audit", "show", index).out

    assert shown["disclosures"] == [{"token": token, "state": "erased"}]
    assert shown["event"]["subject"] == token
    assert shown["acknowledged"] is False
    assert f"erased   {token}\n" in table
    assert "doubt    nobody may ever have been told: not acknowledged\n" in table


def test_show_names_who_cosigned(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A time beyond the year 9999 may be stated, and is nobody's instant.
    seen = (Seen("north", 200, AT), Seen("south", 300, 2**62))
    monkeypatch.setattr(inspecting, "coverage_of", lambda *_: Coverage(None, seen))

    shown = ringwall("audit", "show", 0).json()["covered"]
    table = ringwall.table("audit", "show", 0).out

    assert shown["checkpoint"] is None
    assert [one["at"] for one in shown["cosigned"]] == ["2026-11-21T12:00:00Z", ""]
    assert "covered  by no checkpoint yet\n" in table
    assert "by north at 2026-11-21T12:00:00Z, checkpoint of 200\n" in table
