"""`audit prove` and `audit check-proof` from outside, beside the auditor's own tool."""

import importlib.util
import json
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.record.proof_checking import ProofCheck, check_proof
from ringwall.signing import CosigningKey, SigningKey, format_vkey, parse_vkey
from ringwall.tlog import format_checkpoint, sign_checkpoint
from ringwall.tlog.cosignatures import cosign
from ringwall.tlog.proof_file import parse_proof_file
from tests.conformance.tiles_folder import (
    KEY,
    ORIGIN,
    VKEY,
    WITNESS,
    WITNESS_VKEY,
    SmallLog,
)
from tests.e2e.running import PERMITTED, ROOT, Ringwall, a_year_passes

JSON = ("--format", "json")
PROGRAM = ROOT / "tools" / "verify_proof.py"


@pytest.fixture
def vkey(institute: Path) -> str:
    """The public key of the log."""
    return (institute / "keys/log.vkey").read_text().strip()


@pytest.fixture
def proof(ringwall: Ringwall, tmp_path: Path) -> Path:
    """The proof of a decision, with its disclosures beside it."""
    assert ringwall(*PERMITTED, "--purpose", "nightly run").code == 0
    path = tmp_path / "one.tlog-proof"
    beside = tmp_path / "one.json"
    done = ringwall("audit", "prove", "last", "-o", path, "--disclose", beside)
    assert done.code == 0, done.err
    assert done.json()["disclosed"] == 2
    assert done.err.startswith("next: ")
    assert f"audit check-proof {path} --vkey" in done.err
    return path


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The auditor's tool, loaded as the file it is."""
    spec = importlib.util.spec_from_file_location("verify_proof", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


def check(ringwall: Ringwall, proof: Path, vkey: str, *words: object) -> str:
    """Return the code for which a proof is refused."""
    given = ["audit", "check-proof", proof, "--vkey", vkey, *words, "--format", "json"]
    done = ringwall(*given)
    assert done.code == 6, done.out
    assert done.out == ""
    assert done.error()["next"]
    code: str = done.error()["code"]
    return code


def test_a_root_reads_as_in_the_third_line_of_its_checkpoint(
    ringwall: Ringwall, proof: Path, vkey: str
) -> None:
    note = ringwall("audit", "checkpoint").json()["note"]
    root = note.split("\n")[2]

    shown = ringwall("audit", "check-proof", proof, "--vkey", vkey)
    made = ringwall("audit", "prove", "last", "-o", proof, "--force")

    assert shown.json()["root"] == made.json()["root"] == root
    assert f"root     {root}" in proof_table(ringwall, proof, vkey)
    assert ringwall("audit", "verify").json()["root"] == root
    size = made.json()["size"]
    grown = ringwall("audit", "consistency", 0, size).json()
    assert grown["new_root"] == root
    assert grown["old_root"] == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def proof_table(ringwall: Ringwall, proof: Path, vkey: str, *words: object) -> str:
    """Return what a check prints for people."""
    return ringwall.table("audit", "check-proof", proof, "--vkey", vkey, *words).out


def test_a_proof_is_checked_without_the_institute(
    ringwall: Ringwall,
    proof: Path,
    vkey: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ringwall("audit", "check-proof", proof, "--vkey", vkey)

    assert done.code == 0
    shown = done.json()
    assert (shown["shown"], shown["log"]) == (True, "example.org/log")
    assert shown["entry"] < shown["size"]
    assert shown["signer"] == vkey.partition("+")[0]
    assert shown["event"]["kind"] == "decision.made"
    assert shown["event"]["subject"].startswith("user:~")
    table = ringwall.table("audit", "check-proof", proof, "--vkey", vkey)
    assert table.out.startswith("SHOWN")
    assert "user:ada" not in table.out


def test_with_its_disclosures_the_entry_names_names(
    ringwall: Ringwall, proof: Path, vkey: str
) -> None:
    beside = proof.with_name("one.json")
    assert beside.stat().st_mode & 0o777 == 0o600
    assert b"user:ada" not in proof.read_bytes()
    done = ringwall(
        *("audit", "check-proof", proof, "--vkey", vkey, "--disclosures", beside)
    )

    assert done.json()["event"]["subject"] == "user:ada"
    assert done.json()["event"]["purpose"] == "nightly run"
    assert len(done.json()["disclosed"]) == 2
    table = proof_table(ringwall, proof, vkey, "--disclosures", beside)
    assert "told     user:ada for user:~" in table
    assert "told     text:~" in table
    file = json.loads(beside.read_text())
    file["disclosures"][0]["value"] = "user:eve"
    beside.write_text(json.dumps(file))
    asked = ("--disclosures", beside)
    assert check(ringwall, proof, vkey, *asked) == "disclosure-changed"
    beside.write_bytes(b"")
    assert check(ringwall, proof, vkey, *asked) == "disclosures-malformed"


def test_an_entry_is_named_by_index_or_id(
    ringwall: Ringwall, proof: Path, tmp_path: Path, vkey: str
) -> None:
    shown = ringwall("audit", "check-proof", proof, "--vkey", vkey).json()
    for name in (shown["entry"], shown["event"]["id"]):
        path = tmp_path / f"{name}.tlog-proof"
        assert ringwall("audit", "prove", name, "-o", path).code == 0
        assert path.read_bytes() == proof.read_bytes()


def test_no_file_is_written_over_unless_forced(ringwall: Ringwall, proof: Path) -> None:
    before = proof.read_bytes()
    done = ringwall("audit", "prove", "0", "-o", proof, "--format", "json")
    assert done.error()["code"] == "output-exists"
    assert proof.read_bytes() == before
    beside = ["audit", "prove", "0", "-o", proof.with_name("two"), "--disclose", proof]
    assert ringwall(*beside, "--format", "json").error()["code"] == "output-exists"
    assert not proof.with_name("two").exists()
    assert ringwall("audit", "prove", "0", "-o", proof, "--disclose", proof).code == 2
    assert ringwall("audit", "prove", "0", "-o", proof, "--force").code == 0
    assert proof.read_bytes() != before


def test_a_pruned_entry_is_proven_with_what_an_export_kept(
    ringwall: Ringwall,
    proof: Path,
    tmp_path: Path,
    vkey: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = ringwall("audit", "check-proof", proof, "--vkey", vkey).json()["entry"]
    folder, path = tmp_path / "tiles", tmp_path / "pruned.tlog-proof"
    assert ringwall("audit", "export", "--tiles", folder).code == 0
    words = ["audit", "prune", *a_year_passes(ringwall, monkeypatch)]
    assert ringwall(*words).code == 0
    [bundle] = (folder / "tile/entries").rglob("*.p/*")
    prove = ["audit", "prove", entry, "-o", path, "--format", "json"]

    done = ringwall(*prove)
    assert done.error()["code"] == "entry-pruned"
    assert "audit prove --leaf" in done.error()["next"]
    done = ringwall(*prove, "--leaf", proof)
    assert (done.code, done.error()["code"]) == (2, "leaf-differs")
    assert not path.exists()
    assert ringwall(*prove, "--leaf", bundle).code == 0
    checked = ringwall("audit", "check-proof", path, "--vkey", vkey).json()
    assert checked["entry"] == entry
    assert checked["event"]["kind"] == "decision.made"
    leaf = tmp_path / "leaf"
    leaf.write_bytes(parse_proof_file(path.read_bytes()).extra)
    before = path.read_bytes()
    assert ringwall(*prove, "--leaf", leaf, "--force").code == 0
    assert path.read_bytes() == before


def unpublished(institute: Path) -> None:
    """Take away all checkpoints."""
    with closing(sqlite3.connect(institute / "ledger.db")) as connection:
        connection.execute("DELETE FROM checkpoint")
        connection.commit()


def test_whoever_can_write_publishes_what_the_proof_needs(
    ringwall: Ringwall, institute: Path, tmp_path: Path, vkey: str
) -> None:
    unpublished(institute)
    path = tmp_path / "one.tlog-proof"

    assert ringwall("audit", "prove", "3", "-o", path).code == 0
    assert ringwall("audit", "check-proof", path, "--vkey", vkey).code == 0


def test_whoever_can_not_is_told_what_to_do(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    unpublished(institute)
    (institute / "keys/log.key").unlink()
    path = tmp_path / "one.tlog-proof"

    done = ringwall("audit", "prove", "3", "-o", path, "--format", "json")
    assert done.error()["code"] == "checkpoint-unknown"
    assert "audit checkpoint --now" in done.error()["next"]
    assert not path.exists()
    done = ringwall("audit", "prove", "3", "-o", path, "--size", 4, "--format", "json")
    assert done.error()["code"] == "checkpoint-unknown"
    done = ringwall("audit", "prove", "99999", "-o", path, "--format", "json")
    assert done.error()["code"] in {"checkpoint-unknown", "unknown-entry"}


def test_each_way_to_fail_has_its_word(
    ringwall: Ringwall, proof: Path, vkey: str, tmp_path: Path
) -> None:
    leaf = tmp_path / "leaf"
    leaf.write_bytes(b"{}")
    policy = tmp_path / "policy"
    name = "witness.example/one"
    witness = format_vkey(CosigningKey(name, bytes(range(1, 33))).verifier())
    policy.write_text(f"witness one {witness}\nquorum one\n")
    other = format_vkey(SigningKey("example.org/log", bytes(32)).verifier())
    data = proof.read_bytes()

    assert check(ringwall, proof, vkey, "--leaf", leaf) == "proof-invalid"
    asked_policy = ("--witness-policy", str(policy))
    assert check(ringwall, proof, vkey, *asked_policy) == "quorum-not-met"
    asked = ("--origin", "another.example")
    assert check(ringwall, proof, vkey, *asked) == "checkpoint-wrong-origin"
    assert check(ringwall, proof, other) == "wrong-key"
    proof.write_bytes(data.replace(b"example.org/log\n", b"example.org/lag\n"))
    assert check(ringwall, proof, vkey) == "signature-invalid"
    policy.write_text("quorum\n")
    done = ringwall("audit", "check-proof", proof, "--vkey", vkey, *asked_policy, *JSON)
    assert (done.code, done.error()["code"]) == (3, "trust-policy-malformed")
    assert "tlog-policy" in done.error()["next"]
    proof.write_bytes(data[:-1])
    assert check(ringwall, proof, vkey) == "note-malformed"
    proof.write_bytes(b"nothing")
    assert check(ringwall, proof, vkey) == "proof-malformed"


def test_an_entry_of_another_program_is_shown_as_it_is(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    log = SmallLog([b"one", b"\x1b[31mtwo\xff"])
    path = tmp_path / "x.tlog-proof"
    path.write_bytes(log.proof(1))
    policy = tmp_path / "policy"
    policy.write_text(f"witness one {WITNESS_VKEY}\nquorum one\n")

    words = ["audit", "check-proof", path, "--vkey", VKEY, "--witness-policy", policy]
    done = ringwall(*words)
    assert done.json()["log"] == ORIGIN
    assert done.json()["event"] is None
    assert done.json()["cosigners"][0]["at"] == "2026-11-21T12:00:00Z"
    table = ringwall.table(*words)
    assert "\x1b" not in table.out
    assert "cosigner" in table.out


def test_a_time_that_no_calendar_has_is_shown_in_seconds(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    log = SmallLog([b"one"])
    late = cosign(format_checkpoint(log.head), WITNESS, 2**62)
    vars(log)["note"] = sign_checkpoint(log.head, KEY) + late
    path, policy = tmp_path / "x", tmp_path / "policy"
    path.write_bytes(log.proof(0))
    policy.write_text(f"witness one {WITNESS_VKEY}\nquorum one\n")

    words = ["audit", "check-proof", path, "--vkey", VKEY, "--witness-policy", policy]
    [cosigner] = ringwall(*words).json()["cosigners"]
    assert cosigner["at"] == f"{2**62} s after 1970"


def is_shown(proof: Path, vkey: str) -> bool:
    """Return whether what the command calls takes a proof."""
    verifier = parse_vkey(vkey)
    try:
        check_proof(proof.read_bytes(), ProofCheck(verifier, verifier.name))
    except IntegrityError:
        return False
    return True


def test_the_auditors_tool_agrees_on_every_changed_file(
    ringwall: Ringwall,
    proof: Path,
    vkey: str,
    program: ModuleType,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = proof.read_bytes()
    draw = random.Random(5)
    accepted = 0
    for number in range(200):
        changed = bytearray(data)
        place = draw.randrange(len(changed))
        match number % 4:
            case 0:
                changed[place] ^= 1 << draw.randrange(8)
            case 1:
                del changed[place : place + draw.randrange(1, 40)]
            case 2:
                changed[place:place] = bytes(changed[:7])
            case _:
                line = data.splitlines(keepends=True)
                draw.shuffle(line)
                changed = bytearray(b"".join(line)) if number % 8 == 3 else changed
        proof.write_bytes(changed)
        theirs = program.main([str(proof), "--vkey", vkey])
        capsys.readouterr()
        assert (0 if is_shown(proof, vkey) else 6) == theirs, number
        if number % 20 < 2:  # the command itself takes its time
            assert (
                ringwall("audit", "check-proof", proof, "--vkey", vkey).code == theirs
            )
        accepted += not theirs
    assert 20 <= accepted < 60
