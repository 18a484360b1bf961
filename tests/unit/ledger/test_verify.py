"""The verifier: silent on what is sound, and each kind of damage by its name."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.head import read_head, sign_head
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from ringwall.ledger.verify import MAX_FINDINGS, Finding, Report, verify_ledger
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import EMPTY_ROOT, leaf_hash
from tests.fault.ledger_simulator import (
    HISTORY,
    KEY,
    ORIGIN,
    OTHER_KEY,
    SPENT,
    VERIFIER,
    LedgerFile,
    alarm,
    creation,
    decision,
)
from tests.oracle import merkle


def test_a_sound_ledger_has_no_findings(file: LedgerFile) -> None:
    report = file.verify()
    entries = [entry for (entry,) in file.query("SELECT entry FROM leaf ORDER BY idx")]

    assert report.is_sound
    assert (report.size, report.signer) == (10, ORIGIN)
    assert report.root == merkle.root(entries)
    assert report.checkpoint is not None
    assert report.checkpoint.root == report.root


def test_a_ledger_is_verified_while_it_is_written_to(file: LedgerFile) -> None:
    with file.opened() as ledger:
        for number in range(5):
            ledger.append([decision(f"dec-n{number}")])
            report = file.verify()

            assert (report.size, report.findings) == (11 + number, ())


def test_an_alarm_is_sound_and_an_edit_or_loss_of_it_is_found(
    file: LedgerFile,
) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4"), alarm("dec-4"), decision("dec-5")])

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


def test_verifying_changes_not_one_byte(file: LedgerFile) -> None:
    before = file.path.read_bytes()
    file.verify()

    assert file.path.read_bytes() == before


def test_progress_is_told_each_thousand_and_at_the_end(tmp_path: Path) -> None:
    events = [creation(), *(decision(f"dec-{n}") for n in range(2100))]
    file = LedgerFile(tmp_path, events)
    told: list[tuple[int, int]] = []

    report = verify_ledger(
        Store(file.path, writable=False),
        VERIFIER,
        ORIGIN,
        lambda *done: told.append(done),
    )

    assert report.is_sound
    assert told == [(1000, 2101), (2000, 2101), (2101, 2101)]


def test_another_key_or_name_does_not_vouch(file: LedgerFile) -> None:
    store = Store(file.path, writable=False)

    def codes(report: Report) -> list[str]:
        assert report.checkpoint is None
        return [finding.code for finding in report.findings]

    assert codes(verify_ledger(store, OTHER_KEY.verifier(), ORIGIN)) == (
        ["signature-missing"] * 2
    )
    assert codes(verify_ledger(store, VERIFIER, "other.example")) == [
        "head-differs",
        "checkpoint-wrong-origin",
    ]


FORGED = b'{"kind":"fact.removed","v":1}'

EDITS: list[tuple[str, tuple[object, ...], set[tuple[str, str]]]] = [
    (
        "UPDATE leaf SET entry = ? WHERE idx = 4",
        (b"{}",),
        {("entry-changed", "entry 4")},
    ),
    (
        "UPDATE leaf SET entry = CAST(entry AS TEXT) WHERE idx = 4",
        (),
        {("entry-changed", "entry 4")},
    ),
    (
        "UPDATE leaf SET entry = 1000000000000 WHERE idx = 4",
        (),
        {("entry-changed", "entry 4")},
    ),
    (
        "UPDATE leaf SET hash = ? WHERE idx = 4",
        (bytes(32),),
        {("entry-changed", "entry 4"), ("root-differs", "head")},
    ),
    (
        "UPDATE leaf SET hash = hex(hash) WHERE idx = 4",
        (),
        {("entry-changed", "entry 4"), ("root-differs", "head")},
    ),
    (
        "UPDATE leaf SET hash = CAST(hash || X'00' AS BLOB) WHERE idx = 4",
        (),
        {("entry-changed", "entry 4")},
    ),
    (
        "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 4",
        (FORGED, leaf_hash(FORGED)),
        {("entry-unreadable", "entry 4"), ("root-differs", "head")},
    ),
    (
        "DELETE FROM leaf WHERE idx = 4",
        (),
        {
            ("entry-missing", "entry 4"),
            ("log-truncated", "head"),
            ("row-unfounded", "table decision row 4"),
        },
    ),
    (
        "DELETE FROM leaf WHERE idx = 0",
        (),
        {
            ("entry-missing", "entry 0"),
            ("log-truncated", "head"),
            ("row-unfounded", "table institute row 0"),
        },
    ),
    (
        "DELETE FROM leaf WHERE idx = 9",
        (),
        {("log-truncated", "head"), ("row-unfounded", "table decision row 9")},
    ),
    ("DELETE FROM head", (), {("head-differs", "head")}),
    (
        "INSERT INTO head SELECT 2, size, root, frontier, basis, tally, note, seal FROM head",  # noqa: E501 - one statement
        (),
        {("head-differs", "head")},
    ),
    ("UPDATE head SET size = 'x'", (), {("head-differs", "head")}),
    ("UPDATE head SET size = 9", (), {("head-differs", "head")}),
    ("UPDATE head SET root = zeroblob(32)", (), {("head-differs", "head")}),
    ("UPDATE head SET frontier = zeroblob(64)", (), {("head-differs", "head")}),
    ("UPDATE head SET basis = 5", (), {("head-differs", "head")}),
    ("UPDATE head SET tally = zeroblob(256)", (), {("head-differs", "head")}),
    ("UPDATE head SET note = X'00'", (), {("note-malformed", "head")}),
    ("UPDATE head SET note = seal", (), {("checkpoint-malformed", "head")}),
    ("UPDATE head SET seal = X'00'", (), {("note-malformed", "head")}),
    ("UPDATE head SET seal = note", (), {("head-differs", "head")}),
    (
        "UPDATE registry SET document = NULL WHERE id = 'user:ada'",
        (),
        {("row-changed", "table registry row user:ada")},
    ),
    (
        "DELETE FROM registry WHERE id = 'user:ada'",
        (),
        {("row-missing", "table registry row user:ada")},
    ),
    (
        "INSERT INTO registry VALUES (?, 3, NULL)",
        ("user:\x1b[2J",),
        {("row-unfounded", r"table registry row user:\x1b[2J")},
    ),
    (
        "UPDATE decision SET code = '' WHERE idx = 7",
        (),
        {("row-changed", "table decision row 7")},
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


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE amount SET bytes = 1 WHERE idx = 10", "row-changed"),
        ("DELETE FROM amount WHERE idx = 10", "row-missing"),
        (
            (
                "INSERT INTO amount SELECT 11, at, subject, resource, point, 7, 0 "
                "FROM amount WHERE idx = 10"
            ),
            "row-unfounded",
        ),
    ],
)
def test_damage_to_what_has_left_is_found_in_its_place(
    tmp_path: Path, edit: str, code: str
) -> None:
    file = LedgerFile(tmp_path, SPENT)
    assert file.verify().is_sound

    file.edit(edit)

    row = 11 if code == "row-unfounded" else 10
    assert file.places() == {(code, f"table amount row {row}")}


def test_entries_before_the_first_are_told(file: LedgerFile) -> None:
    file.edit("INSERT INTO leaf SELECT -5, hash, entry FROM leaf WHERE idx = 4")

    assert file.places() == {
        ("entry-misplaced", "entry -5"),
        ("entries-unsigned", "head"),
    }


def test_entries_that_nobody_signed_are_told(file: LedgerFile) -> None:
    file.edit("INSERT INTO leaf SELECT 10, hash, entry FROM leaf WHERE idx = 4")

    assert file.places() == {
        ("entries-unsigned", "head"),
        ("row-missing", "table decision row 10"),
    }


def test_entries_that_were_all_moved_are_told(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET idx = idx + 100")

    found = file.places()
    assert ("entry-missing", "entry 0") in found
    assert ("row-missing", "table decision row 104") in found
    assert ("row-unfounded", "table decision row 4") in found


def test_two_entries_that_changed_places_are_told(file: LedgerFile) -> None:
    file.edit("UPDATE leaf SET idx = -1 WHERE idx = 4")
    file.edit("UPDATE leaf SET idx = 4 WHERE idx = 5")
    file.edit("UPDATE leaf SET idx = 5 WHERE idx = -1")

    assert ("root-differs", "head") in file.places()


def test_an_end_cut_off_with_its_rows_is_told_by_the_checkpoint(
    file: LedgerFile,
) -> None:
    file.edit("DELETE FROM leaf WHERE idx = 9")
    file.edit("DELETE FROM decision WHERE idx = 9")

    assert file.places() == {("log-truncated", "head")}


def test_an_end_cut_off_with_a_head_row_made_to_fit_is_told_by_both_notes(
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
    assert codes == ["head-differs", "head-differs", "log-truncated"]


def test_a_rewritten_log_needs_the_key(file: LedgerFile, tmp_path: Path) -> None:
    folder = tmp_path / "forger"
    folder.mkdir()
    forged = [*HISTORY[:5], *HISTORY[6:]]
    Ledger.create(folder / "ledger.db", OTHER_KEY, ORIGIN, forged).close()
    file.path.write_bytes((folder / "ledger.db").read_bytes())

    assert file.codes() == {"signature-missing"}


def test_a_head_signed_over_another_basis_is_told(file: LedgerFile) -> None:
    # Whoever holds the key can sign it; the entries still say otherwise.
    with file.opened() as ledger, ledger.store.writing() as connection:
        head = read_head(connection)
        frontier = Frontier.load(head.size, head.frontier)
        forged = sign_head(frontier, Basis(5, head.tally), KEY, ORIGIN)
        connection.exec_driver_sql(
            "UPDATE head SET basis = ?, seal = ?", (5, forged.seal)
        )

    assert file.verify().findings == (
        Finding("head-differs", "head", "basis 5 is not that of the entries, 8"),
    )


def test_a_fact_put_back_to_an_older_event_is_found(file: LedgerFile) -> None:
    file.roll_back_fact("user:ada", 2)

    [finding] = file.verify().findings
    assert finding.code == "row-changed"
    assert finding.message == (
        "idx is `2`, the log says `5`; level is `SL3`, the log says `SL4`"
    )


_DROP = "DROP TRIGGER leaf_no_update"
_NOTHING = "BEGIN SELECT 1; END"


@pytest.mark.parametrize(
    ("script", "messages"),
    [
        (_DROP, ["trigger `leaf_no_update` is missing"]),
        ("DROP INDEX decision_id", ["index `decision_id` is missing"]),
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

    assert (report.size, report.root, report.checkpoint) == (0, EMPTY_ROOT, None)
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
        assert {finding.code for finding in report.findings} == {"schema-differs"}


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
