"""`check`: what is asked, how, and what comes of it."""

import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ringwall.institute import Institute
from ringwall.model.events import fact_declared
from tests.e2e.raiding import as_person, opened
from tests.e2e.requesting import USED, approve, new
from tests.e2e.running import PERMITTED, PROGRAM, READ, Ringwall, set_stdin
from tests.example import size_of
from tests.office import QUORUM

REQUEST: dict[str, Any] = {
    "subject": {"type": "user", "id": "ada"},
    "action": {"name": "weights.read"},
    "resource": {"type": "weights", "id": "aurora-2"},
    "context": {"via": "point:trainer", "authn": "hardware-fresh"},
}
# What is another each time: the decision, its instant, its entry and leaf.
_OWN = re.compile(
    r"dec-[a-z0-9]{20}|\d{4}-\d\d-\d\dT[0-9:.]+Z|\b[0-9a-f]{64}\b|[0-9a-f]{12}…?"
    r"|\bentry \d+|\"index\": \d+|(?<=,)\d+(?=,x|,[0-9a-f]{64})"
)
TRIAL = "who asks was not proven: the institute says `identity: claimed`, for trials\n"


def size(folder: Path) -> int:
    return size_of(Institute(folder))


def test_a_permit_exits_0_and_has_a_receipt(
    ringwall: Ringwall, institute: Path
) -> None:
    before = size(institute)

    done = ringwall(*PERMITTED, "--format", "json")

    answer = done.json()
    assert done.code == 0
    assert done.err == ""
    assert answer["decision"] is True
    assert answer["context"]["reasons"] == []
    assert answer["context"]["receipt"]["index"] == before
    assert size(institute) == before + 1


def test_a_deny_exits_1_and_is_told_on_stdout(ringwall: Ringwall) -> None:
    done = ringwall.table(*READ, "--authn", "mfa")

    assert done.code == 1
    assert done.err == TRIAL
    lines = done.out.splitlines()
    assert lines[0] == "DENY     not permitted"
    assert "reason   authentication-insufficient: " in done.out
    assert "authentication: mfa; needs hardware-fresh or higher" in done.out
    assert "acc-031 at policies/access/policy.csv:" in done.out
    assert "to pass  prove the session with hardware-fresh or higher" in done.out
    assert max(map(len, lines)) <= 80


def test_a_forbidding_row_is_told_apart_from_nothing_permits(
    ringwall: Ringwall,
) -> None:
    words = [word.replace("user:ada", "user:nina") for word in PERMITTED]

    done = ringwall.table(*words)

    assert done.out.splitlines()[0] == "DENY     forbidden"
    assert "read it with `ringwall policy show elig-011`" in " ".join(done.out.split())


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--subject", "user:nobody", "unknown-subject"),
        ("--asset", "weights:nothing", "unknown-resource"),
        ("--via", "point:nowhere", "unknown-point"),
        ("--action", "weights.paint", "unknown-action"),
    ],
)
def test_what_is_not_on_record_is_a_recorded_deny(
    ringwall: Ringwall, institute: Path, option: str, value: str, code: str
) -> None:
    before = size(institute)

    done = ringwall(*PERMITTED, option, value)

    assert done.code == 1
    assert [r["code"] for r in done.json()["context"]["reasons"]] == [code]
    assert size(institute) > before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--subject", "user:Ada"),
        ("--subject", "user:ada\n"),
        ("--action", "read"),
        ("--asset", "thing:x"),
        ("--authn", "fingerprint"),
        ("--purpose", "x" * 501),
        ("--purpose", "\x1b[2J"),
        ("--purpose", "abc\u202edef"),
        ("--bytes", 2**53),
        ("--present", "ada"),
        ("--present", "user:ada\x1b"),
    ],
)
def test_a_malformed_word_exits_2_and_nothing_is_recorded(
    ringwall: Ringwall, institute: Path, option: str, value: str | int
) -> None:
    before = size(institute)

    done = ringwall(*PERMITTED, option, value)

    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("ringwall: request-malformed: ")
    assert second.startswith("next: ")
    assert "\x1b" not in done.err
    assert size(institute) == before


def test_missing_flags_are_named(ringwall: Ringwall) -> None:
    done = ringwall("check", "--subject", "user:ada")

    assert done.code == 2
    assert done.err == (
        "ringwall: usage: missing --action, --asset, --via\n"
        "next: run `ringwall check --help`\n"
    )


def test_the_settings_name_the_point_that_flags_leave_out(
    ringwall: Ringwall, institute: Path
) -> None:
    with (institute / "ringwall.toml").open("a") as settings:
        settings.write('point = "point:trainer"\n')

    assert ringwall(*PERMITTED[:7], *PERMITTED[9:]).code == 0


def test_a_request_comes_from_a_file(ringwall: Ringwall) -> None:
    Path("request.json").write_text(json.dumps(REQUEST))

    assert ringwall("check", "request.json").code == 0


def test_a_request_comes_from_stdin(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_stdin(monkeypatch, json.dumps(REQUEST).encode())

    assert ringwall("check", "-").code == 0


def test_the_flag_names_the_point_that_a_request_leaves_out(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps({**REQUEST, "context": {"authn": "hardware-fresh"}}).encode()
    set_stdin(monkeypatch, text)
    without = ringwall("check", "-")
    set_stdin(monkeypatch, text)
    with_point = ringwall("check", "-", "--via", "point:trainer")

    assert without.code == 2
    assert "missing --via" in without.err
    assert with_point.code == 0


def test_members_that_are_not_the_callers_to_say_are_ignored_and_named(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = {**REQUEST["subject"], "properties": {"personnel": "SL5"}}
    context = {**REQUEST["context"], "tier": "lower"}
    text = json.dumps({**REQUEST, "subject": subject, "context": context, "x": 1})
    set_stdin(monkeypatch, text.encode())
    as_json = ringwall("check", "-")
    set_stdin(monkeypatch, text.encode())
    as_table = ringwall.table("check", "-")

    ignored = ["context.tier", "subject.personnel", "x"]
    assert as_json.code == as_table.code == 0
    assert as_json.json()["context"]["ignored"] == ignored
    assert f"ignored  {', '.join(ignored)}" in as_table.out


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1 column 1: expecting value"),
        (b'{"subject": }', "line 1 column 13: expecting value"),
        (b'{"subject": 1, "subject": 2}', "a key stands twice in one object"),
        (b'{"subject": NaN}', "`NaN` is not JSON"),
        (b'{"subject": -Infinity}', "`-Infinity` is not JSON"),
        (b'{"subject": 1' + b"0" * 5000 + b"}", "more than 300 digits"),
        (b"\xff{}", "it is not UTF-8"),
        ("\ufeff{}".encode(), "line 1 column 1: unexpected UTF-8 BOM"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'"' + b"x" * 2_000_000 + b'"', "it is larger than 1048576 bytes"),
    ],
)
def test_what_is_not_strict_json_exits_2(
    ringwall: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    why: str,
) -> None:
    set_stdin(monkeypatch, data)

    done = ringwall("check", "-")

    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("ringwall: request-unreadable: standard input can't be ")
    assert why in first
    assert second.startswith("next: see `ringwall schema request`")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {"context": {"via": "point:trainer"}},
        {**REQUEST, "subject": "user:ada"},
        {**REQUEST, "subject": {"type": "user", "id": 3}},
        {**REQUEST, "subject": {"type": "weights", "id": "user:ada"}},
        {**REQUEST, "action": {"name": ["weights.read"]}},
        {**REQUEST, "action": {"name": "weights.read\ud800"}},
        {**REQUEST, "context": []},
        {**REQUEST, "context": {"via": None}},
        {**REQUEST, "context": {"via": "point:trainer", "authn": True}},
        {k: v for k, v in REQUEST.items() if k != "resource"},
    ],
)
def test_json_of_another_shape_exits_2(
    ringwall: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    value: object,
) -> None:
    set_stdin(monkeypatch, json.dumps(value).encode())

    done = ringwall("check", "-", "--format", "json")

    assert (done.code, done.out) == (2, "")
    assert done.error()["code"] == "request-malformed"
    assert done.error()["next"]


def test_a_request_file_that_is_not_there_exits_2(
    ringwall: Ringwall, institute: Path
) -> None:
    assert "`none.json` can't be read" in ringwall("check", "none.json").err
    assert ringwall("check", "none.json").code == 2
    assert ringwall("check", institute).code == 2


def test_a_request_and_flags_together_exit_2(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("request.json").write_text(json.dumps(REQUEST))
    flag = ringwall("check", "request.json", "--authn", "hardware")
    monkeypatch.setenv("RINGWALL_CHECK_PURPOSE", "nightly run")
    variable = ringwall("check", "request.json")

    assert flag.code == variable.code == 2
    assert "give a request or --authn" in flag.err
    assert "give a request or --purpose (an option or its env" in variable.err


def test_an_asset_out_of_reach_and_one_that_is_not_there_look_the_same_to_a_caller(
    ringwall: Ringwall,
) -> None:
    words = [word.replace("user:ada", "user:barbara") for word in PERMITTED]
    ringwall(*words)

    def seen(asset: str, form: str) -> str:
        done = ringwall(*words, "--asset", asset, "--for-caller", "--format", form)
        assert (done.code, done.err) == (1, "")
        if form == "json":
            answer = done.json()
            context = answer["context"]
            assert len(context.pop("id")) == len("dec-") + 20
            assert set(context.pop("receipt")) == {"index", "leaf"}
            assert context.pop("at").endswith("Z")
            return json.dumps(answer)
        return "\n".join(done.out.splitlines()[:-1])

    for form in ("json", "table"):
        hidden = seen("weights:aurora-2", form)
        absent = seen("weights:aurora-7", form)
        assert hidden == absent
        assert "compartment" not in hidden
    assert json.loads(seen("weights:aurora-2", "json")) == {
        "decision": False,
        "context": {"reasons": [{"code": "not-permitted"}], "obligations": []},
    }


@pytest.mark.parametrize("fmt", ["table", "json", "csv"])
@pytest.mark.parametrize("action", ["raid.read", "raid.write", "raid.approve"])
def test_a_shut_case_and_one_that_is_not_there_are_told_in_the_same_bytes(
    raid: Ringwall, action: str, fmt: str
) -> None:
    _, case = opened(raid)
    why = ["--reason", "weights are abroad"]
    done = raid("raid", "need", "shut", case, *why, *as_person("mileva"))
    assert done.code == 0, done.err

    def told(name: str) -> tuple[int, str, str]:
        words = ["--action", action, "--asset", name, "--format", fmt]
        done = raid("check", *words, *as_person("joan"))
        assert name not in done.out
        own = _OWN.findall(done.out)
        assert own
        return done.code, _OWN.sub("x", done.out), _OWN.sub("x", done.err)

    shut, absent = told(case), told("case:c-zzzzzzzzzz")

    assert shut == absent
    assert shut[0] == 1
    assert "not-permitted" in shut[1]
    assert ("ringwall why" in shut[2]) is (fmt == "table")


def test_an_officer_reads_in_the_record_why_a_case_was_not_shown(
    raid: Ringwall,
) -> None:
    _, case = opened(raid)
    raid("raid", "need", "shut", case, "--reason", "abroad", *as_person("mileva"))
    codes = []
    for name in (case, "case:c-zzzzzzzzzz"):
        words = ["--action", "raid.read", "--asset", name]
        asked = raid("check", *words, *as_person("joan"))
        why = raid("why", asked.json()["context"]["id"]).json()
        codes.append({one["code"] for one in why["context"]["reasons"]})

    assert "outside-compartment" in codes[0]
    assert codes[0] != codes[1]


def test_who_may_read_a_case_is_told_the_whole_of_the_permit(raid: Ringwall) -> None:
    _, case = opened(raid)

    words = ["--action", "raid.read", "--asset", case]
    done = raid.table("check", *words, *as_person("joan"))

    assert done.code == 0
    assert case in done.out
    assert "ringwall why" not in done.err


def test_a_caller_is_told_what_it_can_mend(ringwall: Ringwall) -> None:
    done = ringwall.table(*READ, "--authn", "mfa", "--for-caller")

    assert done.code == 1
    first, reason, mend, _record = done.out.splitlines()
    assert first == "DENY     not permitted"
    assert reason == "reason   authentication-insufficient"
    assert mend == "to pass  prove the session by something stronger"


def test_a_broken_policy_is_a_recorded_deny_and_exits_3_with_every_fault(
    ringwall: Ringwall, institute: Path
) -> None:
    ringwall(*PERMITTED)
    rows = institute / "policies" / "access" / "policy.csv"
    number = len(rows.read_text().splitlines())
    with rows.open("a") as table:
        table.write("p, acc-900, nobody\np, acc-901, emperor\n")

    as_table = ringwall.table(*PERMITTED)
    as_json = ringwall(*PERMITTED, "--format", "json")

    assert as_table.code == as_json.code == 3
    assert as_table.out.splitlines()[0] == "DENY     not permitted"
    assert "reason   policy-unavailable: " in as_table.out
    assert f"access/policy.csv:{number + 1}:" in as_table.err
    assert f"access/policy.csv:{number + 2}:" in as_table.err
    assert as_json.json()["decision"] is False
    assert as_json.json()["context"]["receipt"] is not None
    assert len(as_json.error()["faults"]) == 2


def test_broken_threat_models_are_a_recorded_deny_and_exit_3_with_every_fault(
    ringwall: Ringwall, institute: Path
) -> None:
    ringwall(*PERMITTED)
    powers = institute / "threat_models" / "powers.yaml"
    number = len(powers.read_text().splitlines())
    with powers.open("a") as table:
        table.write("  - {id: more}\n  - {name: other}\n")

    as_table = ringwall.table(*PERMITTED)
    as_json = ringwall(*PERMITTED, "--format", "json")

    assert as_table.code == as_json.code == 3
    assert "reason   policy-unavailable: " in as_table.out
    assert f"threat_models/powers.yaml:{number + 1}:" in as_table.err
    assert as_json.json()["context"]["receipt"] is not None
    assert as_json.error()["code"] == "threat-models-refused"
    assert {number + 1, number + 2} <= {f["line"] for f in as_json.error()["faults"]}


@pytest.mark.parametrize("amount", ["-1", "many", "1.5", "1e6"])
def test_what_is_no_number_of_bytes_exits_2(ringwall: Ringwall, amount: str) -> None:
    done = ringwall(*PERMITTED, "--bytes", amount)

    assert (done.code, done.out) == (2, "")
    assert "--bytes" in done.err


def test_a_request_says_what_leaves_and_who_is_there_in_its_context(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    context = {**REQUEST["context"], "bytes": 7, "present": ["user:alan"]}
    path = tmp_path / "request.json"
    path.write_text(json.dumps({**REQUEST, "context": context}))

    answer = ringwall("check", path).json()["context"]

    assert (answer["request"]["bytes"], answer["ignored"]) == (7, [])
    assert answer["request"]["present"] == ["user:alan"]


def test_nobody_says_from_outside_what_a_question_continues(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    first = f"dec-{'0' * 20}"
    context = {**REQUEST["context"], "continues": first}
    path = tmp_path / "request.json"
    path.write_text(json.dumps({**REQUEST, "context": context, "continues": first}))

    answer = ringwall("check", path).json()["context"]
    option = ringwall(*PERMITTED, "--continues", first)

    assert answer["ignored"] == ["context.continues", "continues"]
    assert "continues" not in answer["request"]
    assert option.code == 2
    assert "--continues" in option.err


@pytest.mark.parametrize("option", ["--bytes", "--present"])
def test_what_a_request_says_is_not_said_by_an_option_too(
    ringwall: Ringwall, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(REQUEST))
    value = 0 if option == "--bytes" else "user:alan"

    done = ringwall("check", path, option, value)

    assert done.code == 2
    assert f"give a request or {option} " in done.err


def test_a_missing_signing_key_exits_8(ringwall: Ringwall, institute: Path) -> None:
    (institute / "keys" / "log.key").unlink()

    done = ringwall(*PERMITTED)

    assert (done.code, done.out) == (8, "")
    assert "signing-key-unusable" in done.err


def test_a_signing_key_that_others_may_read_exits_8(
    ringwall: Ringwall, institute: Path
) -> None:
    (institute / "keys" / "log.key").chmod(0o644)

    done = ringwall(*PERMITTED)

    assert (done.code, done.out) == (8, "")
    assert "chmod 600" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_an_institute_that_may_not_be_written_exits_8(
    ringwall: Ringwall, institute: Path
) -> None:
    institute.chmod(0o500)
    (institute / "ledger.db").chmod(0o400)
    try:
        done = ringwall(*PERMITTED)
    finally:
        institute.chmod(0o700)

    assert (done.code, done.out) == (8, "")


def test_a_disk_without_room_exits_8_and_serves_nothing(institute: Path) -> None:
    # What a reader still looks at is not folded, so the next write comes further back.
    reader = sqlite3.connect(institute / "ledger.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM head").fetchall()
    for _ in range(4):
        subprocess.run([PROGRAM, *PERMITTED], cwd=institute, check=True, env={})

    def shrink() -> None:
        # Enough for the index that readers share, too little for what is written.
        resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, 33_000))

    done = subprocess.run(
        [PROGRAM, *PERMITTED],
        cwd=institute,
        # Python would cut off its own compiled files, and use them ever after.
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=shrink,
    )

    reader.close()
    assert done.returncode == 8
    assert '"decision": true' not in done.stdout


def test_damaged_settings_exit_3(ringwall: Ringwall, institute: Path) -> None:
    (institute / "ringwall.toml").write_text("name = \n")

    done = ringwall(*PERMITTED)

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("ringwall: ")
    assert "ringwall.toml" in done.err


def test_a_ledger_that_is_not_one_exits_6(ringwall: Ringwall, institute: Path) -> None:
    (institute / "ledger.db").write_bytes(b"not a database, by any means" * 400)

    done = ringwall(*PERMITTED)

    assert (done.code, done.out) == (6, "")


def test_a_head_that_was_not_signed_exits_6(
    ringwall: Ringwall, institute: Path
) -> None:
    connection = sqlite3.connect(institute / "ledger.db")
    connection.execute("UPDATE head SET seal = CAST('forged' AS BLOB)")
    connection.commit()
    connection.close()

    done = ringwall(*PERMITTED)

    assert done.code == 6
    assert '"decision": true' not in done.out


def test_a_ledger_that_is_gone_is_no_permit(
    ringwall: Ringwall, institute: Path
) -> None:
    shutil.rmtree(institute / "keys")
    (institute / "ledger.db").unlink()

    done = ringwall(*PERMITTED)

    assert done.code in {3, 8}
    assert done.out == ""


def test_csv_is_one_row(ringwall: Ringwall) -> None:
    (row,) = ringwall(*READ, "--authn", "mfa", "--format", "csv").csv()

    assert row["decision"] == "false"
    assert row["subject"] == "user:ada"
    assert row["codes"] == "authentication-insufficient, floor-authentication"
    assert row["entry"].isdigit()


def test_each_option_has_its_environment_variable(
    ringwall: Ringwall, institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGWALL_CHECK_SUBJECT", "user:ada")
    monkeypatch.setenv("RINGWALL_CHECK_ACTION", "weights.read")
    monkeypatch.setenv("RINGWALL_CHECK_ASSET", "weights:aurora-2")
    monkeypatch.setenv("RINGWALL_CHECK_VIA", "point:trainer")
    monkeypatch.setenv("RINGWALL_CHECK_AUTHN", "hardware-fresh")
    monkeypatch.setenv("RINGWALL_CHECK_PURPOSE", "nightly run")
    monkeypatch.setenv("RINGWALL_CHECK_BYTES", "7")
    monkeypatch.setenv("RINGWALL_CHECK_PRESENT", "user:alan user:radia")
    monkeypatch.setenv("RINGWALL_FORMAT", "ndjson")
    monkeypatch.setenv("RINGWALL_INSTITUTE", str(institute))
    monkeypatch.chdir("/")

    done = ringwall("check")

    assert done.code == 0
    assert len(done.out.splitlines()) == 1
    request = done.json()["context"]["request"]
    assert (request["purpose"], request["bytes"]) == ("nightly run", 7)
    assert request["present"] == ["user:alan", "user:radia"]


def test_a_closed_stdin_is_no_request(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    done = ringwall("check", "-")

    assert done.code == 2
    assert "standard input is closed" in done.err


def test_a_fact_that_is_no_entity_is_told_by_its_entry(
    ringwall: Ringwall, institute: Path
) -> None:
    ledger = Institute(institute).ledger(writable=True)
    event = fact_declared(1_795_262_400_000_000, {"id": "site:forged", "operator": 5})
    (receipt,) = ledger.append([event])
    ledger.close()

    for words in (PERMITTED, ["who-can", "weights.read", "weights:aurora-2"]):
        done = ringwall(*words, "--format", "json")
        assert (done.code, done.error()["code"]) == (6, "fact-malformed")
        assert f"entry {receipt.index} declares " in done.error()["message"]
    assert ringwall("audit", "show", receipt.index).code == 0
    assert ringwall.table("audit", "ls", "--kind", "fact.declared").code == 0


def test_what_waits_for_approvals_only_exits_7_while_the_request_is_open(
    asking: Ringwall,
) -> None:
    words = [*USED, "--handles", "watermark"]
    nothing_asked = asking(*words)
    name = new(asking)

    pending = asking.table(*words)
    named = asking(*words, "--grant", name)
    too_weak = asking(*[w.replace("hardware-fresh", "mfa") for w in words])
    another = asking(*[w.replace("second site", "third site") for w in words])

    assert nothing_asked.code == 1
    assert pending.code == named.code == 7
    assert "see who has to approve it: `ringwall request show`" in pending.out
    assert f"grant    {name}" not in pending.out
    assert named.json()["context"]["grant"] == name
    assert too_weak.code == 1
    assert another.code == 1
    refused = ("--as", "user:grace", "--reason", "there are copies enough")
    assert asking("request", "deny", name, *refused, "--key", "grace.key").code == 0
    assert asking(*words).code == 1


def test_a_permit_names_its_grant_and_what_it_obliges_to(asking: Ringwall) -> None:
    name = new(asking)
    for who, seat in QUORUM:
        assert approve(asking, name, who, seat).code == 0
    words = [*USED, "--handles", "watermark"]

    unable = asking.table(*USED)
    done = asking.table(*words)
    later = asking("why", "last").json()["context"]
    row = asking("why", "last", "--format", "csv").csv()[0]
    again = asking(*words)

    assert unable.code == 1
    assert "to pass  carry it out, and say so: --handles" in unable.out
    assert done.code == 0
    shown = " ".join(done.out.split())
    assert f"grant {name} obliges watermark: yours to carry out" in shown
    assert "notify, record-purpose: seen to by the gate" in shown
    assert later["grant"] == row["grant"] == name
    assert {"id": "watermark", "by": "caller"} in later["obligations"]
    assert {"id": "notify", "by": "gate"} in later["obligations"]
    assert "watermark" in row["obligations"]
    assert again.code == 1
    assert "grant-spent" in [r["code"] for r in again.json()["context"]["reasons"]]


def test_a_caller_is_told_what_is_theirs_to_carry_out(asking: Ringwall) -> None:
    name = new(asking)
    for who, seat in QUORUM:
        approve(asking, name, who, seat)

    done = asking(*USED, "--handles", "watermark", "--for-caller")

    assert done.code == 0
    told = [{"id": "watermark", "by": "caller"}]
    assert done.json()["context"]["obligations"] == told


def test_a_request_names_its_grant_and_what_it_handles_in_its_context(
    asking: Ringwall,
) -> None:
    name = new(asking)
    context = {
        "via": "point:west-bench",
        "authn": "hardware-fresh",
        "bytes": 1,
        "present": ["user:grace"],
        "grant": name,
        "handles": ["watermark"],
        "binds": "ab" * 32,
    }
    request = {
        "subject": {"type": "user", "id": "dennis"},
        "action": {"name": "weights.export"},
        "resource": {"type": "weights", "id": "aurora-1"},
        "context": context,
    }
    Path("request.json").write_text(json.dumps(request))

    done = asking("check", "request.json")

    answer = done.json()["context"]
    assert done.code == 1
    assert (answer["ignored"], answer["grant"]) == ([], name)
    assert answer["request"]["binds"] == "ab" * 32
    assert "binds-differ" in [reason["code"] for reason in answer["reasons"]]
