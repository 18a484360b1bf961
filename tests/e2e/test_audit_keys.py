"""`audit checkpoint`, `audit rotate-key` and `init --anchor` on the command line."""

import sqlite3
from pathlib import Path

import pytest

from ringwall.signing.keys import VerifierKey, parse_vkey
from ringwall.tlog.checkpoints import open_checkpoint
from tests.e2e.running import PERMITTED, Ringwall

ORIGIN = "example.org/log"


def told_key(institute: Path) -> VerifierKey:
    """Return the public key in the folder."""
    return parse_vkey((institute / "keys" / "log.vkey").read_text().strip())


def anchor_line(institute: Path, anchor: Path) -> None:
    """Say in the settings where the second place is."""
    with (institute / "ringwall.toml").open("a") as file:
        file.write(f'anchor = "{anchor}"\n')


def test_the_newest_checkpoint_is_printed(ringwall: Ringwall, institute: Path) -> None:
    done = ringwall("audit", "checkpoint")

    assert (done.code, done.err) == (0, "")
    value = done.json()
    checkpoint = open_checkpoint(value["note"].encode(), told_key(institute), ORIGIN)
    assert checkpoint.size == value["size"]
    assert ringwall.table("audit", "checkpoint").out == value["note"]
    [row] = ringwall("audit", "checkpoint", "--format", "csv").csv()
    assert row["size"] == str(value["size"])


def test_a_checkpoint_is_published_and_kept_in_a_file(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "log.checkpoint"
    kept.write_text("an older one")
    assert ringwall(*PERMITTED).code == 0

    done = ringwall("audit", "checkpoint", "--now", "-o", kept)

    assert (done.code, done.out) == (0, "")
    size = open_checkpoint(kept.read_bytes(), told_key(institute), ORIGIN).size
    told, following = done.err.splitlines()
    assert f"{size} entries" in told
    assert following.startswith("next: keep it where nobody")
    assert f"audit verify --from {kept}" in following
    assert ringwall("audit", "checkpoint").json()["note"] == kept.read_text()


def test_the_key_is_changed_and_the_record_stays_sound(
    ringwall: Ringwall, institute: Path
) -> None:
    old = told_key(institute)

    done = ringwall("audit", "rotate-key")

    assert done.code == 0
    assert "gates" in done.err
    assert parse_vkey(done.json()["vkey"]) == told_key(institute) != old
    assert ringwall(*PERMITTED).code == 0
    shown = ringwall("audit", "show", done.json()["entry"]).json()
    assert shown["event"]["vkey"] == done.json()["vkey"]


def test_a_change_of_keys_shows_the_line_to_give_away(ringwall: Ringwall) -> None:
    done = ringwall.table("audit", "rotate-key")

    assert "vkey" in done.out
    assert "give this line" in done.out


def test_a_new_institute_has_its_second_place(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor"

    done = ringwall("init", tmp_path / "new", "--origin", ORIGIN, "--anchor", anchor)

    assert done.code == 0
    assert "warning" in done.err
    assert "same disk" in done.err
    vkey = parse_vkey(done.json()["vkey"])
    assert open_checkpoint(anchor.read_bytes(), vkey, ORIGIN).size == 3
    again = ringwall("init", tmp_path / "other", "--anchor", anchor)
    assert again.code == 3
    assert "anchor-in-use" in again.err


def test_a_second_place_on_another_disk_is_taken_without_a_word(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether two folders are on two disks is for the machine to say.
    monkeypatch.setattr("ringwall.ledger.publication.anchor.is_apart", lambda *_: True)

    done = ringwall("init", tmp_path / "new", "--anchor", tmp_path / "anchor")

    assert done.code == 0
    assert "warning" not in done.err


def test_without_its_second_place_nothing_is_permitted_until_it_begins_anew(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    anchor_line(institute, tmp_path / "anchor")

    denied = ringwall(*PERMITTED)
    assert denied.code == 8
    assert "anchor-missing" in denied.out + denied.err

    both = ["--anchor-anew", "--anchor-end", "--reason", "because"]
    for words in (["--anchor-anew"], ["--reason", "because"], ["--anchor-end"], both):
        assert ringwall("audit", "checkpoint", *words).code == 2
    done = ringwall("audit", "checkpoint", "--anchor-anew", "--reason", "first one")
    assert done.code == 0
    assert (tmp_path / "anchor").read_text() == done.json()["note"]
    assert ringwall(*PERMITTED).code == 0
    last = ringwall("audit", "show", done.json()["size"] - 1).json()
    assert last["event"]["reason"] == "first one"


def test_a_second_place_that_was_taken_out_of_the_settings_keeps_the_gate_shut(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    bare = (institute / "ringwall.toml").read_text()
    anchor_line(institute, tmp_path / "anchor")
    begin = ["audit", "checkpoint", "--anchor-anew", "--reason", "first one"]
    assert ringwall(*begin).code == 0

    (institute / "ringwall.toml").write_text(bare)
    refused = ringwall(*PERMITTED, "--format", "json")
    found = ringwall("audit", "verify")

    assert refused.code == 3
    assert refused.error()["code"] == "anchor-not-configured"
    assert "--anchor-end" in refused.error()["next"]
    assert found.code == 6
    assert [f["code"] for f in found.json()["findings"]] == ["anchor-not-configured"]
    ended = ringwall("audit", "checkpoint", "--anchor-end", "--reason", "no disk")
    assert ended.code == 0
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("audit", "verify").code == 0
    last = ringwall("audit", "show", ended.json()["size"] - 1).json()
    assert last["event"]["kind"] == "anchor.ended"
    assert last["event"]["reason"] == "no disk"


def test_who_strikes_the_row_as_well_does_not_open_the_gate(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    bare = (institute / "ringwall.toml").read_text()
    anchor_line(institute, tmp_path / "anchor")
    begin = ["audit", "checkpoint", "--anchor-anew", "--reason", "first one"]
    assert ringwall(*begin).code == 0

    (institute / "ringwall.toml").write_text(bare)
    connection = sqlite3.connect(institute / "ledger.db")
    with connection:
        connection.execute("DELETE FROM event WHERE kind = 'anchor.begun'")
    connection.close()
    refused = ringwall(*PERMITTED, "--format", "json")
    found = ringwall("audit", "verify")

    assert refused.code == 6
    assert refused.error()["code"] == "table-differs"
    assert found.code == 6
    codes = {finding["code"] for finding in found.json()["findings"]}
    assert codes == {"anchor-not-configured", "row-missing"}


def test_another_second_place_in_the_settings_keeps_the_gate_shut(
    ringwall: Ringwall, institute: Path, tmp_path: Path
) -> None:
    bare = (institute / "ringwall.toml").read_text()
    anchor_line(institute, tmp_path / "anchor")
    begin = ["audit", "checkpoint", "--anchor-anew", "--reason", "first one"]
    note = ringwall(*begin).json()["note"]

    # Whoever puts an older ledger back brings a second place along that fits it.
    (institute / "ringwall.toml").write_text(bare)
    anchor_line(institute, institute / "own")
    (institute / "own").write_text(note)
    refused = ringwall(*PERMITTED, "--format", "json")
    found = ringwall("audit", "verify")

    assert refused.code == 3
    assert refused.error()["code"] == "anchor-differs"
    assert found.code == 6
    assert [f["code"] for f in found.json()["findings"]] == ["anchor-differs"]
