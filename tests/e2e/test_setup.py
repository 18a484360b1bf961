"""`init`, `apply` and `schema`: an institute made, and its facts declared."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ringwall.institute import Institute
from tests.e2e.running import FILES, ROOT, Ringwall
from tests.example import SUSPENSION, activate


def test_init_makes_an_institute_with_private_keys(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    done = ringwall("init", tmp_path / "new", "--tiers", "three", "--name", "Héloïse")

    value = done.json()
    folder = tmp_path / "new"
    assert done.code == 0
    assert (value["name"], value["tiers"]) == ("Héloïse", "three")
    assert value["vkey"] == (folder / "keys" / "log.vkey").read_text().strip()
    assert (folder / "keys").stat().st_mode & 0o777 == 0o700
    assert (folder / "keys" / "log.key").stat().st_mode & 0o777 == 0o600
    assert done.err.startswith(f"next: ringwall -C {folder} apply FILE...")
    assert ringwall("-C", folder, "audit", "verify").code == 0


def test_init_shows_the_tier_table(ringwall: Ringwall, tmp_path: Path) -> None:
    out = ringwall.table("init", tmp_path / "new", "--tiers", "three").out

    assert "upper  SL3      SL3      SL3        SL3        SL4" in out
    assert "third  SL5      SL5      SL5        SL5        SL5" in out
    assert max(map(len, out.splitlines())) <= 90  # the key is one word


def test_init_takes_its_name_from_an_empty_present_folder(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rowan"
    folder.mkdir()
    monkeypatch.chdir(folder)

    assert ringwall("init", ".").json()["name"] == "rowan"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("init",), 2),
        (("init", "new", "--tiers", "four"), 2),
        (("init", "."), 3),
        (("init", "ringwall.toml"), 8),
        (("init", "new", "--origin", "two words"), 3),
        (("init", "new", "--name", "\x1b[31m"), 3),
        (("init", "new", "--name", "x" * 600), 3),
    ],
)
def test_init_refuses_and_leaves_nothing(
    ringwall: Ringwall, words: tuple[str, ...], code: int
) -> None:
    done = ringwall(*words)

    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("ringwall: ")
    assert "\nnext: " in done.err
    assert "\x1b" not in done.err
    assert not Path("new").exists()


def test_apply_tells_what_changed_and_applying_again_changes_nothing(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    ringwall("init", folder)

    first = ringwall("apply", *FILES, "-C", folder)
    again = ringwall("apply", *FILES, "-C", folder)
    as_table = ringwall.table("apply", *FILES, "-C", folder)

    plan = first.json()
    assert first.code == again.code == 0
    assert plan["applied"] is True
    assert plan["added"] == len(plan["changes"]) > 70
    # Entry 1 puts in force what the declarations are judged by.
    assert plan["entries"] == [2, plan["added"] + 1]
    assert again.json()["changes"] == []
    assert again.json()["unchanged"] == plan["added"]
    assert "entries" not in again.json()
    assert as_table.out == (
        f"0 added, 0 changed, 0 removed, {plan['added']} unchanged\n"
    )


def test_a_dry_run_says_that_other_policies_are_in_force(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    people = tmp_path / "more.yaml"
    people.write_text("people:\n- {id: user:new, organisation: org:institute}\n")
    table = tmp_path / "empty.csv"
    table.write_text("holder,measure,assessor,from,until,evidence\n")
    raising = ("tier", "raise", "weights:meso-1", "--to", "upper")
    dry_runs = (("apply", people), ("attest", table), raising)
    told = "are not the ones in force"

    before = [ringwall(*words, "--dry-run").err for words in dry_runs]
    powers = institute / "threat_models" / "powers.yaml"
    powers.write_text(powers.read_text() + "\n# edited\n")
    edited = [ringwall(*words, "--dry-run").err for words in dry_runs]
    refused = ringwall("apply", people)
    activate(Institute(institute))
    assert ringwall("apply", people).code == 0
    after = [ringwall(*words, "--dry-run").err for words in dry_runs]

    assert not any(told in err for err in (*before, *after))
    assert all(told in err for err in edited)
    assert refused.code == 3
    assert "ringwall policy activate" in refused.err


def test_a_dry_run_shows_the_plan_and_writes_nothing(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    before = (institute / "ledger.db").read_bytes()
    (tmp_path / "more.yaml").write_text(SUSPENSION)

    done = ringwall("apply", tmp_path / "more.yaml", "--dry-run")
    as_table = ringwall.table("apply", tmp_path / "more.yaml", "--dry-run")
    rows = ringwall("apply", tmp_path / "more.yaml", "--dry-run", "--format", "csv")

    assert done.code == 0
    assert done.json()["applied"] is False
    (change,) = done.json()["changes"]
    assert (change["change"], change["id"]) == ("changed", "user:ada")
    assert "suspended" in change["fields"]
    assert as_table.out.splitlines()[-1] == (
        "0 added, 1 changed, 0 removed, 0 unchanged; nothing was written (--dry-run)"
    )
    assert rows.csv()[0]["id"] == "user:ada"
    assert (institute / "ledger.db").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("people:\n- id: user:x\n  wizard: 1\n", "wizard"),
        ("people: &a []\n", "anchor"),
        ("people: []\npeople: []\n", "twice"),
        ("people:\n\t- x\n", ""),
        ("\x00", ""),
        ("a: " + "[" * 5000, ""),
        ("people:\n- id: user:x\n  organisation: org:nobody\n", "org:nobody"),
        ("people:\n- id: user:x\x1b[31m\n  organisation: org:institute\n", ""),
        ("!!python/object/apply:os.system ['true']\n", ""),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(
    ringwall: Ringwall, institute: Path, tmp_path: Path, text: str, message: str
) -> None:
    before = (institute / "ledger.db").read_bytes()
    file = tmp_path / "evil.yaml"
    file.write_text(text)

    done = ringwall("apply", file)

    assert (done.code, done.out) == (3, "")
    assert str(file) in done.err
    assert message in done.err
    assert "\x1b" not in done.err
    assert (institute / "ledger.db").read_bytes() == before


def test_all_faults_of_all_files_are_told_at_once(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    first.write_text(
        "people:\n"
        "- id: Ada\n"
        "  organisation: org:institute\n"
        "- id: user:x\n"
        "  organisation: 3\n"
    )
    second.write_text("sites:\n- id: site:x\n")

    done = ringwall("apply", first, second)
    as_json = ringwall("apply", first, second, "--format", "json")

    assert done.code == 3
    assert f"{first}:2:" in done.err
    assert f"{first}:5:" in done.err
    assert f"{second}:2:" in done.err
    assert "3 faults" in as_json.error()["message"]
    assert [fault["line"] for fault in as_json.error()["faults"]] == [2, 5, 2]


def test_weights_are_described_from_their_file(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    file = tmp_path / "w.safetensors"
    save_file({"a": np.zeros((2, 3), np.float32)}, file)

    option = ("--weights", f"weights:aurora-2={file}")
    done = ringwall("apply", FILES[-1], *option)

    assert done.code == 0
    (change,) = done.json()["changes"]
    assert change == {
        "change": "changed",
        "id": "weights:aurora-2",
        "fields": ["file"],
    }
    index = done.json()["entries"][0]
    recorded = ringwall("audit", "show", index).json()["event"]["document"]["file"]
    assert recorded["bytes"] == file.stat().st_size
    assert recorded["tensors"] == [{"name": "a", "dtype": "F32", "shape": [2, 3]}]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["weights:aurora-2"], 2, "--weights is ID=FILE, not `weights:aurora-2`"),
        (["=x"], 2, "--weights is ID=FILE"),
        (["weights:aurora-2="], 2, "--weights is ID=FILE"),
        (["weights:a=x", "weights:a=y"], 2, "names `weights:a` twice"),
        (["weights:aurora-2=none"], 3, "weights-unreadable"),
        ([f"weights:aurora-2={ROOT / 'LICENSE'}"], 3, "weights-malformed"),
    ],
)
def test_weights_that_can_not_be_described_are_refused(
    ringwall: Ringwall, options: list[str], code: int, message: str
) -> None:
    words = [word for option in options for word in ("--weights", option)]

    done = ringwall("apply", FILES[-1], *words)

    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_apply_without_a_file_or_an_institute_is_an_error(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ringwall("apply").code == 2
    assert ringwall("apply", "none.yaml").code == 3
    monkeypatch.chdir(tmp_path)
    assert "institute-missing" in ringwall("apply", *FILES).err


def test_schema_prints_json_on_one_line_or_many(ringwall: Ringwall) -> None:
    many = ringwall("schema", "asset")
    one = ringwall("schema", "asset", "--format", "ndjson")

    assert many.code == one.code == 0
    assert json.loads(many.out) == json.loads(one.out)
    assert len(one.out.splitlines()) == 1
    assert len(many.out.splitlines()) > 50


def test_schema_of_an_unknown_kind_names_those_there_are(ringwall: Ringwall) -> None:
    done = ringwall("schema", "wizard")

    assert done.code == 2
    assert "not one of declaration, organisation, person, " in done.err
