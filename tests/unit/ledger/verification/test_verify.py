"""The verifier: silent on what is sound, and each kind of damage by its name."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.findings import MAX_FINDINGS
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.matters.containers import Containers
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import EMPTY_ROOT, leaf_hash
from tests.fault.ledger_simulator import (
    HISTORY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    alarm,
    creation,
    decision,
    fact,
    grounded,
)
from tests.oracle import merkle
from tests.unit.ledger.verification.vault_log import opened


def test_a_sound_ledger_has_no_findings(file: LedgerFile) -> None:
    report = file.verify()
    entries = [entry for (entry,) in file.query("SELECT entry FROM leaf ORDER BY idx")]

    assert report.is_sound
    assert (report.size, report.signer) == (10, ORIGIN)
    assert report.root == merkle.root(entries)
    assert (report.signed_size, report.first_bad, report.left_out) == (10, None, ())
    assert report.newest is not None
    assert report.newest.checkpoint.root == report.root


@pytest.mark.parametrize("log_only", [False, True])
def test_without_the_rules_of_containers_the_vault_is_left_out(
    file: LedgerFile, log_only: bool
) -> None:
    with file.opened() as ledger:
        ledger.append(opened("dec-open"))
    told = "the events of the vault: nobody said how containers are told of"

    assert told in file.verify(Options(log_only=log_only)).left_out
    knowing = file.verify(Options(log_only=log_only, containers=Containers))
    assert told not in knowing.left_out
    assert "container-closed" in {found.code for found in knowing.findings}


def test_a_ledger_is_verified_while_it_is_written_to(file: LedgerFile) -> None:
    with file.opened() as ledger:
        for number in range(5):
            ledger.append([decision(f"dec-n{number}", basis=8)])
            report = file.verify()

            assert (report.size, report.findings) == (11 + number, ())


def test_an_alarm_is_sound_and_an_edit_or_loss_of_it_is_found(
    file: LedgerFile,
) -> None:
    with file.opened() as ledger:
        ledger.append(
            [decision("dec-4", basis=8), alarm("dec-4"), decision("dec-5", basis=8)]
        )

    assert file.verify().is_sound
    file.edit(
        "UPDATE leaf SET entry = CAST(replace(entry, 'dec-4', 'dec-3') AS BLOB) "
        "WHERE idx = 11"
    )
    assert file.codes() == {"entry-changed"}
    file.edit("DELETE FROM leaf WHERE idx = 11")
    assert "entry-missing" in file.codes()


def test_a_log_without_entries_is_sound(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [])

    assert file.verify().is_sound
    assert file.verify().root == EMPTY_ROOT


def test_a_file_without_any_table_is_told_once(file: LedgerFile) -> None:
    file.path.write_bytes(b"")

    report = file.verify()

    assert [(f.code, f.place) for f in report.findings] == [("ledger-empty", "file")]
    assert "put back the newest copy" in report.next_step


def test_verifying_changes_not_one_byte(file: LedgerFile) -> None:
    before = file.path.read_bytes()
    file.verify()

    assert file.path.read_bytes() == before


def test_progress_is_told_now_and_then_and_at_the_end(tmp_path: Path) -> None:
    events = [creation(), *(decision(f"dec-{n}") for n in range(2100))]
    file = LedgerFile(tmp_path, events)
    told: list[tuple[int, int]] = []

    report = verify_ledger(
        Store(file.path, writable=False),
        VERIFIER,
        ORIGIN,
        Options(progress=lambda *done: told.append(done)),
    )

    assert report.is_sound
    assert told == [(1024, 2101), (2048, 2101), (2101, 2101)]


def test_another_key_or_name_does_not_vouch(file: LedgerFile) -> None:
    store = Store(file.path, writable=False)

    def codes(report: Report) -> set[str]:
        assert report.signed_size is None
        return {finding.code for finding in report.findings}

    assert codes(verify_ledger(store, OTHER_KEY.verifier(), ORIGIN)) == {"wrong-key"}
    assert codes(verify_ledger(store, VERIFIER, "other.example")) == {
        "head-differs",
        "checkpoint-wrong-origin",
    }


FORGED = b'{"kind":"fact.removed","v":1}'

EDITS: list[tuple[str, tuple[object, ...], set[tuple[str, str]]]] = [
    (
        "UPDATE leaf SET entry = ? WHERE idx = 4",
        (b"{}",),
        {("entry-changed", "entry 4")},
    ),
    (
        "UPDATE leaf SET hash = ? WHERE idx = 4",
        (bytes(32),),
        {("entry-changed", "entry 4"), ("root-differs", "head")},
    ),
    (
        "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 4",
        (FORGED, leaf_hash(FORGED)),
        {("entry-unreadable", "entry 4"), ("root-differs", "head")},
    ),
    (
        "DELETE FROM leaf WHERE idx = 4",
        (),
        {("entry-missing", "entry 4"), ("row-unfounded", "table decision row 4")},
    ),
    (
        "DELETE FROM leaf WHERE idx = 0",
        (),
        {
            ("entry-missing", "entry 0"),
            ("row-unfounded", "table event row 0"),
            ("row-unfounded", "table institute row 0"),
        },
    ),
    (
        "DELETE FROM leaf WHERE idx = 9",
        (),
        {("log-truncated", "head"), ("row-unfounded", "table decision row 9")},
    ),
    (
        "UPDATE registry SET document = NULL WHERE id = 'org:ada'",
        (),
        {("row-changed", "table registry row org:ada")},
    ),
    (
        "INSERT INTO registry VALUES (?, 3, NULL)",
        ("org:\x1b[2J",),
        {("row-unfounded", r"table registry row org:\x1b[2J")},
    ),
    (
        "UPDATE checkpoint SET note = CAST(note || 'x' AS BLOB)",
        (),
        {("note-malformed", "checkpoint 10")},
    ),
    (
        "UPDATE head SET frontier = zeroblob(64)",
        (),
        {("head-differs", "head")},
    ),
]


@pytest.mark.parametrize(("edit", "values", "places"), EDITS)
def test_each_kind_of_damage_is_found_in_its_place(
    file: LedgerFile,
    edit: str,
    values: tuple[object, ...],
    places: set[tuple[str, str]],
) -> None:
    assert file.edit(edit, *values) == 1

    assert file.places() == places
    for finding in file.verify().findings:
        assert finding.message
        assert finding.message.isprintable()


def test_entries_that_were_all_moved_are_told(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET idx = idx + 100")

    found = file.places()
    assert ("entry-missing", "entry 0") in found
    assert ("row-missing", "table decision row 104") in found
    assert ("row-unfounded", "table decision row 4") in found


def test_an_end_cut_off_with_a_head_row_made_to_fit_is_told_twice(
    file: LedgerFile,
) -> None:
    file.edit("DELETE FROM leaf WHERE idx = 9")
    file.edit("DELETE FROM decision WHERE idx = 9")
    frontier = Frontier()
    for (leaf,) in file.query("SELECT hash FROM leaf ORDER BY idx"):
        frontier.append(leaf)
    file.edit(
        "UPDATE head SET size = 9, root = ?, frontier = ?",
        frontier.root(),
        frontier.dump(),
    )

    codes = [finding.code for finding in file.verify().findings]
    assert codes == ["head-differs", "log-rolled-back"]


def test_a_rewritten_log_needs_the_key(file: LedgerFile, tmp_path: Path) -> None:
    folder = tmp_path / "forger"
    folder.mkdir()
    forged = grounded([*HISTORY[:5], *HISTORY[6:]])
    Ledger.create(folder / "ledger.db", OTHER_KEY, ORIGIN, forged).close()
    file.path.write_bytes((folder / "ledger.db").read_bytes())

    assert file.codes() == {"wrong-key"}


def test_people_are_called_by_their_ids(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    file.edit("DELETE FROM registry")

    assert file.places() == {("row-missing", "table registry row user:eve")}


_DROP = "DROP TRIGGER leaf_no_update"
_NOTHING = "BEGIN SELECT 1; END"


@pytest.mark.parametrize(
    ("script", "messages"),
    [
        (_DROP, ["trigger `leaf_no_update` is missing"]),
        ("DROP INDEX event_kind", ["index `event_kind` is missing"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON head BEGIN DELETE FROM policy; END",
            ["trigger `t` was not made by it"],
        ),
        ("CREATE VIEW v AS SELECT * FROM leaf", ["view `v` was not made by it"]),
        ("CREATE TABLE t (x)", ["table `t` was not made by it"]),
        ('CREATE TABLE "\x1b[2J" (x)', [r"table `\x1b[2J` was not made by it"]),
        (
            f"{_DROP}; CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf {_NOTHING}",
            ["trigger `leaf_no_update` was not made by it"],
        ),
    ],
)
def test_what_is_in_the_schema_besides_is_told_and_the_rest_is_checked(
    file: LedgerFile, script: str, messages: list[str]
) -> None:
    file.script(script)
    report = file.verify()

    assert report.size == 10
    assert [finding.message for finding in report.findings] == messages
    assert {finding.code for finding in report.findings} == {"schema-differs"}


@pytest.mark.parametrize(
    "script",
    [
        *(
            f"DROP TABLE {table}"
            for table in ("leaf", "head", "registry", "policy", "decision", "institute")
        ),
        "ALTER TABLE head ADD COLUMN extra",
        "ALTER TABLE policy RENAME TO other",
        "ALTER TABLE leaf RENAME COLUMN hash TO digest",
        "DROP TABLE decision; CREATE VIEW decision AS SELECT 1 AS idx",
        "DROP TABLE leaf; CREATE TABLE leaf (idx TEXT, hash TEXT, entry TEXT)",
        "DROP TABLE registry; CREATE VIRTUAL TABLE registry USING fts5(id, idx)",
    ],
)
def test_tables_that_are_not_those_of_a_ledger_are_told_and_not_read(
    file: LedgerFile, script: str
) -> None:
    file.script(script)
    report = file.verify()

    assert (report.size, report.root, report.signed_size) == (0, EMPTY_ROOT, None)
    assert report.left_out == (
        "all but the schema: the tables are not those of a ledger",
    )
    assert {finding.code for finding in report.findings} == {"schema-differs"}


def test_an_index_that_hides_a_row_is_told(file: LedgerFile) -> None:
    # The index is built over other rows than the table has.
    [(sql,)] = file.query("SELECT sql FROM sqlite_master WHERE name = 'registry_idx'")
    file.script(
        "UPDATE sqlite_master SET sql = sql || ' WHERE idx < 6' "
        "WHERE name = 'registry_idx'"
    )
    file.script("REINDEX registry_idx")
    file.script(
        f"UPDATE sqlite_master SET sql = '{sql}' WHERE name = 'registry_idx'"  # noqa: S608 - our own index
    )

    found = file.verify().findings
    assert {finding.code for finding in found} == {"file-damaged"}
    assert "registry_idx" in " ".join(finding.message for finding in found)


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"not a database " * 1000])
def test_a_file_that_is_no_database_can_not_be_verified(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    store = Store(path, writable=False)

    if content:
        with pytest.raises(IntegrityError) as caught:
            verify_ledger(store, VERIFIER, ORIGIN)
        assert caught.value.code == "ledger-unreadable"
    else:
        # To SQLite an empty file is an empty database.
        report = verify_ledger(store, VERIFIER, ORIGIN)
        assert {finding.code for finding in report.findings} == {"ledger-empty"}


def test_a_cell_too_large_to_read_is_told(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET entry = zeroblob(2000000) WHERE idx = 4")

    with pytest.raises(IntegrityError, match="too big") as caught:
        file.verify()
    assert caught.value.code == "ledger-unreadable"


def test_of_very_many_findings_the_first_are_listed(tmp_path: Path) -> None:
    events = [creation(), *(decision(f"dec-{n}") for n in range(MAX_FINDINGS + 5))]
    file = LedgerFile(tmp_path, events)
    file.edit("UPDATE decision SET effect = 'deny'")

    assert len(file.verify().findings) == MAX_FINDINGS
