"""`audit ls`: what is asked for, page by page, in each form."""

import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import (
    alarm_raised,
    amount_left,
    log_recovered,
    subject_erased,
)
from ringwall.model.requests import AccessRequest
from tests.e2e.running import PERMITTED, READ, Ringwall

AT = 1_795_262_400_000_000
CHECKED = (
    "each row matches its entry; whether any is missing, `ringwall audit verify` says"
)


def test_ls_lists_the_newest_first(ringwall: Ringwall) -> None:
    ringwall(*READ, "--authn", "mfa")

    rows = ringwall("audit", "ls").json()

    assert len(rows) == 50
    assert rows[0]["effect"] == "deny"
    assert rows[0]["code"] == "authentication-insufficient"
    assert rows[1]["kind"] == "fact.declared"
    assert all(later["entry"] - 1 == row["entry"] for later, row in pairwise(rows))


def test_ls_tells_each_kind_of_entry_in_words(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    ringwall(*PERMITTED)
    removal = tmp_path / "removal.yaml"
    removal.write_text("remove: [dataset:street-signs]\n")
    ringwall("apply", removal)

    out = ringwall.table("audit", "ls", "--limit", 1000).out

    words = " ".join(out.split())
    assert "permit user:ada weights.read weights:aurora-2" in words
    assert "removed dataset:street-signs" in words
    assert "declared user:ada" in words
    assert "policies put in force: " in words
    assert "institute created: institute" in words
    assert max(map(len, out.splitlines())) <= 80


def raise_alarm(institute: Path, decision: str) -> int:
    """Record that two engines disagreed on a decision; return where it stands."""
    found = Disagreement("access", "permit by acc-031", "deny")
    ledger = Institute(institute).ledger(writable=True)
    (receipt,) = ledger.append(
        [alarm_raised(1_795_262_400_000_000, decision, "ab" * 32, found)]
    )
    ledger.close()
    return receipt.index


def test_ls_and_show_tell_an_alarm_in_words(
    ringwall: Ringwall, institute: Path
) -> None:
    decision = ringwall(*PERMITTED).json()["context"]["id"]
    index = raise_alarm(institute, decision)
    answers = "compiled: permit by acc-031; Casbin: deny"
    words = f"engines disagree on access ({answers}) in {decision}"

    listed = ringwall.table("audit", "ls", "--kind", "alarm.raised").out
    (row,) = ringwall("audit", "ls", "--kind", "alarm.raised").json()
    shown = ringwall.table("audit", "show", index).out
    event = ringwall("audit", "show", index).json()["event"]

    assert f"alarm: {words}" in " ".join(listed.split())
    assert (row["entry"], row["code"]) == (index, "engines-disagree")
    assert words in " ".join(shown.split())
    assert (event["decision"], event["casbin"]) == (decision, "deny")
    assert ringwall("audit", "ls", "--subject", "user:nobody").json() == []


def test_ls_and_show_tell_what_left_and_with_whom(ringwall: Ringwall) -> None:
    words = [word.replace("user:ada", "user:alan") for word in PERMITTED]
    decision = ringwall(*words, "--bytes", 12_345).json()["context"]

    listed = ringwall.table("audit", "ls", "--kind", "amount.left").out
    (row,) = ringwall("audit", "ls", "--kind", "amount.left").json()
    shown = ringwall("audit", "show", row["entry"]).json()

    said = f"left: 12,345 bytes of weights:aurora-2 with user:alan in {decision['id']}"
    assert said in " ".join(listed.split())
    assert (row["subject"], row["resource"]) == ("user:alan", "weights:aurora-2")
    assert row["entry"] == decision["receipt"]["index"] + 1
    assert shown["event"]["bytes"] == 12_345


def test_a_copy_is_told_as_one(ringwall: Ringwall, institute: Path) -> None:
    request = AccessRequest(
        "user:grace", "weights.copy", "weights:aurora-2", "point:vault-desk"
    )
    ledger = Institute(institute).ledger(writable=True)
    ledger.append([amount_left(1_795_262_400_000_000, "dec-1", request, 0, 1)])
    ledger.close()

    (row,) = ringwall("audit", "ls", "--kind", "amount.left").json()

    assert row["what"].startswith("left: 0 bytes and 1 copy of weights:aurora-2 ")


def test_ls_filters(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)
    middle = ringwall(*READ).json()["context"]
    other = [word.replace("user:ada", "user:emmy") for word in PERMITTED]
    last = ringwall(*other, "--asset", "weights:aurora-1").json()["context"]

    def ids(*words: object) -> list[str]:
        rows = ringwall("audit", "ls", "--kind", "decision.made", *words).json()
        return [row["id"] for row in rows]

    assert len(ids()) == 3
    assert ids("--subject", "user:emmy") == [last["id"]]
    assert ids("--asset", "weights:aurora-1") == [last["id"]]
    assert ids("--effect", "deny") == [last["id"], middle["id"]]
    assert ids("--since", middle["at"]) == [last["id"], middle["id"]]
    assert ids("--effect", "deny", "--limit", "1") == [last["id"]]
    assert ids("--subject", "user:nobody") == []


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "decision"),
        ("--effect", "allow"),
        ("--since", "yesterday"),
        ("--since", "2026-02-30T00:00:00Z"),
        ("--subject", "Ada"),
        ("--asset", ""),
        ("--limit", "0"),
        ("--limit", "many"),
    ],
)
def test_ls_refuses_a_filter_that_can_find_nothing(
    ringwall: Ringwall, words: tuple[str, str]
) -> None:
    done = ringwall("audit", "ls", *words)

    if words == ("--asset", ""):  # an empty variable is none
        assert done.code == 0
        return
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("ringwall: usage: ")
    assert done.err.splitlines()[1] == "next: run `ringwall audit ls --help`"


def test_ls_says_where_to_look_for_what_became_of_containers(
    ringwall: Ringwall,
) -> None:
    words = ("audit", "ls", "--asset", "weights:aurora-2", "--kind")

    vault = ringwall(*words, "vault.destroyed")
    other = ringwall(*words, "log.recovered")

    assert (vault.code, other.code) == (2, 2)
    told = " ".join(vault.err.split())
    assert "`ringwall vault inventory` lists containers by asset" in told
    assert "`ringwall vault show` what became of one" in told
    assert "ringwall vault" not in other.err


def test_ls_holds_one_entry_of_a_long_log_at_a_time(
    ringwall: Ringwall, institute: Path
) -> None:
    opened_ledger = Institute(institute).ledger(writable=True)
    event = opened_ledger.entry(20).event
    opened_ledger.append([{**event, "pad": "x" * 10_000}] * 2_000)
    opened_ledger.close()
    ringwall("audit", "ls", "--limit", 1)

    tracemalloc.start()
    done = ringwall("audit", "ls", "--kind", "decision.made", "--limit", 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert done.out == "[]\n"
    assert peak < 15_000_000  # the log is 20 MB


def test_pages_go_on_where_the_hint_says(ringwall: Ringwall) -> None:
    whole = ringwall("audit", "ls", "--limit", 1000)
    entries = [row["entry"] for row in whole.json()]
    found: list[int] = []
    words: tuple[str, ...] = ()

    while True:
        page = ringwall("audit", "ls", "--limit", 60, *words)
        found += [row["entry"] for row in page.json()]
        checked, *more = page.err.splitlines()
        assert checked == CHECKED
        if not more:
            break
        assert more == [f"there is more: go on with `--after {found[-1]}`"]
        words = ("--after", str(found[-1]))

    assert whole.err == CHECKED + "\n"
    assert found == entries
    assert entries[-1] == 0


def test_a_page_that_is_just_full_hints_at_nothing(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)

    page = ringwall("audit", "ls", "--effect", "permit", "--limit", 1)

    assert page.err == CHECKED + "\n"


def test_ls_finds_by_rule_code_action_and_until(ringwall: Ringwall) -> None:
    permit = ringwall(*PERMITTED).json()["context"]
    deny = ringwall(*READ, "--authn", "mfa").json()["context"]

    def ids(*words: object) -> list[str]:
        return [row["id"] for row in ringwall("audit", "ls", *words).json()]

    assert ids("--rule", "elig-001") == [permit["id"]]
    assert ids("--rule", "acc-031") == [deny["id"], permit["id"]]
    assert ids("--code", "authentication-insufficient") == [deny["id"]]
    assert ids("--action", "weights.read") == [deny["id"], permit["id"]]
    assert ids("--action", "weights.copy") == []
    assert ids("--outcome", "permit") == [permit["id"]]
    window = ("--since", permit["at"], "--until", deny["at"])
    assert ids(*window) == [permit["id"]]


def test_ls_in_csv_has_a_column_for_each_thing_said(ringwall: Ringwall) -> None:
    ringwall(*PERMITTED)

    (row,) = ringwall("audit", "ls", "--limit", 1, "--format", "csv").csv()

    assert row["rules"] == "acc-031, class-010, elig-001, flow-040"
    assert (row["acknowledged"], row["erased"]) == ("true", "")


def test_an_erased_person_is_listed_as_such(
    ringwall: Ringwall, institute: Path
) -> None:
    ringwall(*PERMITTED)
    ledger = Institute(institute).ledger(writable=True)
    with ledger.store.reading() as connection:
        query = "SELECT subject FROM decision"
        [(token,)] = connection.exec_driver_sql(query).all()
    ledger.append([subject_erased(AT, [token], "asked for")])
    ledger.close()

    listed = ringwall.table("audit", "ls", "--effect", "permit").out
    (row,) = ringwall("audit", "ls", "--subject", token[:14]).json()

    assert f"permit {token[:14]} (erased) weights.read" in " ".join(listed.split())
    assert token not in listed
    assert (row["subject"], row["erased"]) == (token, [token])
    assert ringwall("audit", "ls", "--subject", "user:ada").json() == []


def test_what_may_not_have_been_acknowledged_is_marked(
    ringwall: Ringwall, institute: Path
) -> None:
    index = ringwall(*PERMITTED).json()["context"]["receipt"]["index"]
    ledger = Institute(institute).ledger(writable=True)
    ledger.append([log_recovered(AT, index, index + 1, ["pid 12"])])
    ledger.close()

    told, doubtful = ringwall("audit", "ls", "--limit", 2).json()

    words = f"recovered: entries {index} to {index} may not have been acknowledged"
    assert told["what"] == words
    assert told["acknowledged"] is True
    assert doubtful["acknowledged"] is False
    assert doubtful["what"].startswith("not acknowledged: permit user:ada ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--rule", "acc 031"), "--rule is one word"),
        (("--code", "\x1b[31m"), "--code is one word"),
        (("--action", "x" * 129), "--action is one word"),
        (("--subject", "user:~ab"), "is not an id"),
        (("--asset", "user:~abcdefgh"), "is not an id"),
        (("--kind", "fact.declared", "--subject", "user:ada"), "fact.declared"),
        (("--kind", "amount.left", "--effect", "deny"), "amount.left"),
        (
            ("--since", "2027-01-01T00:00:00Z", "--until", "2027-01-01T00:00:00Z"),
            "`--since` must be before `--until`",
        ),
        (("--after", "-1"), "greater than or equal to 0"),
    ],
)
def test_ls_says_what_is_wrong_with_a_filter(
    ringwall: Ringwall, words: tuple[str, ...], message: str
) -> None:
    done = ringwall("audit", "ls", *words)

    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "\x1b" not in done.err


def test_ls_exits_6_where_a_table_is_not_what_was_recorded(
    ringwall: Ringwall, institute: Path
) -> None:
    ringwall(*PERMITTED)
    ledger = Institute(institute).ledger(writable=True)
    with ledger.store.writing() as connection:
        connection.exec_driver_sql("UPDATE decision SET effect = 'deny'")
    ledger.store.close()

    done = ringwall("audit", "ls", "--effect", "deny")

    assert done.code == 6
    assert "table-differs" in done.err


@pytest.mark.parametrize("fmt", ["table", "json", "ndjson", "csv"])
def test_ls_says_beside_its_output_that_a_row_may_be_hidden(
    ringwall: Ringwall, institute: Path, fmt: str
) -> None:
    ringwall(*READ, "--authn", "mfa")
    ledger = Institute(institute).ledger(writable=True)
    with ledger.store.writing() as connection:
        connection.exec_driver_sql("UPDATE decision SET effect = 'permit'")
    ledger.store.close()

    done = ringwall("audit", "ls", "--effect", "deny", "--format", fmt)

    assert (done.code, done.err) == (0, CHECKED + "\n")
    assert "weights.read" not in done.out
    assert len(CHECKED) <= 80
    assert ringwall("audit", "verify").code == 6
