"""What somebody with the folder in hand does to a log, and who notices it.

Each attack is made on a copy, well made: hashes, tiles and tables are brought into line
as far as somebody without the key can, and signatures are made by whoever has one. Must
never count an attack that changed nothing.
"""

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ringwall.base.errors import RingwallError
from ringwall.ledger.basis import Basis
from ringwall.ledger.head import sign_head
from ringwall.ledger.verification.checking import Options
from ringwall.record.proving import prove_growth
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.witness import Witness, WitnessState
from ringwall.tlog.witness_request import WitnessRequest, parse_request
from tests.fault.campaign.logs import WITNESS, Log, asked, plain_log, rich_log
from tests.fault.campaign.outsider import reading
from tests.fault.campaign.tally import Work
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, OTHER_KEY

__all__ = ["fork_log", "plant", "reorder", "reseal", "roll_back", "strip"]

_MOVED = {"entries-reordered", "entry-changed"}


def reorder(work: Work) -> None:
    """Swap every two entries of 64, bytes and hashes alike; move each elsewhere."""
    log = plain_log(work.folder())
    pristine = log.path.read_bytes()
    pairs = list(itertools.combinations(range(log.size()), 2))[:: work.step]
    for done, (one, other) in enumerate(pairs, 1):
        log.path.write_bytes(pristine)
        _swap(log, one, other)
        told = log.told()
        wrong = "" if _MOVED & told else f"{one} and {other}: {sorted(told)}"
        work.tally.judge("two entries swapped", _named(told & _MOVED), wrong)
        work.tell("two entries swapped", done, len(pairs))
    _reorder_large(work)
    for index in range(0, log.size(), work.step):
        log.path.write_bytes(pristine)
        log.edit("DELETE FROM leaf WHERE idx = ?", index)
        told = log.told()
        last = index == log.size()
        wanted = "log-truncated" if last else "entry-missing"
        wrong = "" if wanted in told else f"{index}: {sorted(told)}"
        work.tally.judge("an entry removed", wanted, wrong)


def _reorder_large(work: Work) -> None:
    """Swap entries of a log that has a complete tile, and parts of entries."""
    log = plain_log(work.folder(), 300)
    pristine = log.path.read_bytes()
    cells = {"entry": "bytes", "hash": "leaf hashes"}
    for _ in range(max(4, 200 // work.step)):
        one, other = work.chance.sample(range(300), 2)
        log.path.write_bytes(pristine)
        _swap(log, one, other)
        told = log.told()
        wrong = "" if _MOVED & told else f"{one} and {other}: {sorted(told)}"
        work.tally.judge("two of 300 entries swapped", _named(told & _MOVED), wrong)
        for column, name in cells.items():
            log.path.write_bytes(pristine)
            _swap_cells(log, column, one, other)
            told = log.told()
            wrong = "" if _MOVED & told else f"{one} and {other}: {sorted(told)}"
            fault = f"the {name} of two of 300 entries swapped"
            work.tally.judge(fault, _named(told & _MOVED), wrong)


def _swap_cells(log: Log, column: str, one: int, other: int) -> None:
    select = f"SELECT {column} FROM leaf WHERE idx = ?"  # noqa: S608 - our own names
    update = f"UPDATE leaf SET {column} = ? WHERE idx = ?"  # noqa: S608 - as above
    [(first,)], [(second,)] = log.query(select, one), log.query(select, other)
    log.edit(update, second, one)
    log.edit(update, first, other)


def _swap(log: Log, one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        log.edit("UPDATE leaf SET idx = ? WHERE idx = ?", new, old)


def roll_back(work: Work) -> None:
    """Put back every older snapshot of a folder, under each of those who remember."""
    log = plain_log(work.folder(), 8)
    anchor = log.anchored(work.folder() / "anchor")
    snapshots: list[tuple[bytes, bytes]] = []
    for number in range(8, 40):
        snapshots.append((log.path.read_bytes(), log.newest()))
        with log.opened(anchor=anchor) as ledger:
            ledger.append([asked(number)])
    witness = Witness(ORIGIN, KEY.verifier(), WITNESS)
    state, _ = witness.consider(None, WitnessRequest(0, (), log.newest()), AT)
    kept = log.newest()
    for number, (older, note) in enumerate(snapshots[:: work.step]):
        log.path.write_bytes(older)
        seen = {
            "a kept checkpoint": log.told(Options(kept=kept)),
            "the second place, verifying": log.told(
                Options(anchor=anchor.read_bytes())
            ),
            "the second place, opening": {_refused(lambda: _open(log, anchor))},
            "a witness": {_refused(partial(_ask, witness, state, note))},
        }
        for who, codes in seen.items():
            known = codes & {"log-rolled-back", "witness-size-differs"}
            wrong = "" if known else f"snapshot {number}: {sorted(codes)}"
            work.tally.judge(f"rolled back, seen by {who}", _named(known), wrong)
        told = log.told()
        fault = "rolled back, and nobody who remembers is asked"
        work.tally.judge(fault, "sound, as it must be", _named(told) if told else "")


def _open(log: Log, anchor: Path) -> None:
    with log.opened(anchor=anchor):
        pass


def _ask(witness: Witness, state: WitnessState, note: bytes) -> None:
    witness.consider(state, WitnessRequest(0, (), note), AT)


def _refused(call: Callable[[], object]) -> str:
    try:
        call()
    except RingwallError as error:
        return error.code
    return "nothing"


def fork_log(work: Work) -> None:
    """Let two copies grow apart, both signed, at every size; hold them together."""
    trunk = plain_log(work.folder(), 8)
    witness = Witness(ORIGIN, KEY.verifier(), WITNESS)
    begun, _ = witness.consider(None, WitnessRequest(0, (), trunk.newest()), AT)
    for own in range(1, 25, work.step):
        one, other = trunk.copy(work.folder()), trunk.copy(work.folder())
        _grow(one, own, "one")
        anchor = one.anchored(work.folder() / "anchor")
        for number in {1, own, own + 3}:
            _grow(other, number, "other")
            _judge_fork(work, one, other, anchor)
            state, _ = witness.consider(begun, _request(one, begun.size), AT)
            # The branch may be shorter than what the witness knows: then it asks on.
            old = state.size if other.size() >= state.size else begun.size
            request = _request(other, old)
            code = _refused(lambda: witness.consider(state, request, AT))  # noqa: B023 - called at once
            known = {"witness-size-differs", "log-forked", "proof-invalid"}
            wrong = "" if code in known else f"{own}: {code}"
            work.tally.judge("forked, seen by a witness", code, wrong)
            other = trunk.copy(work.folder())


def _judge_fork(work: Work, one: Log, other: Log, anchor: Path) -> None:
    """Hold one branch against what is known of the other."""
    note = one.newest()
    report = other.verify(Options(kept=note))
    codes = {finding.code for finding in report.findings}
    known = codes & {"log-forked", "log-rolled-back"}
    both = [fork for fork in report.forks if fork.note == note and fork.own != note]
    wrong = "" if known else f"{sorted(codes)}"
    if "log-forked" in known and not both:
        wrong = "the report does not hold both notes"
    named = _named(known) + (", both notes kept" if both else "")
    work.tally.judge("forked, seen by a kept checkpoint", named, wrong)
    code = _refused(lambda: _open(other, anchor))
    wrong = "" if code in {"log-forked", "log-rolled-back"} else code
    work.tally.judge("forked, seen by the second place", code, wrong)


def _grow(log: Log, count: int, name: str) -> None:
    with log.opened() as ledger:
        event = {**asked(0, log.basis()), "id": f"dec-{name}"}
        ledger.append([event] * count)


def _request(log: Log, old: int) -> WitnessRequest:
    return parse_request(prove_growth(reading(log), old, log.newest()).file())


def reseal(work: Work) -> None:
    """Write history anew and sign it with the newer key; sign old sizes with it."""
    log = rich_log(work.folder())
    pristine = log.path.read_bytes()
    sizes = [size for (size,) in log.query("SELECT size FROM checkpoint")]
    fault = "an old size signed with a newer key"
    for size in sizes:
        root = _root(log, size)
        if size < sizes[-1] and size <= 15:
            note = sign_checkpoint(Checkpoint(ORIGIN, size, root), OTHER_KEY)
            log.edit("UPDATE checkpoint SET note = ? WHERE size = ?", note, size)
            told = log.told()
            wanted = "epoch-unsealed" if size == 15 else "wrong-key"
            wrong = "" if told & {wanted, "wrong-key"} else f"{size}: {sorted(told)}"
            work.tally.judge(fault, _named(told), wrong)
            kept = log.told(Options(kept=note))
            work.tally.judge(
                f"{fault}, brought along", _named(kept), "" if kept else "taken"
            )
        log.path.write_bytes(pristine)
    for index in range(1, 15, work.step):
        _rewrite(log, index, OTHER_KEY)
        told = log.told()
        wrong = (
            "" if told & {"checkpoint-differs", "log-forked"} else f"{index}: {told}"
        )
        fault = "an old entry rewritten and all sealed with the newer key"
        work.tally.judge(fault, _named(told), wrong)
        log.path.write_bytes(pristine)


def _root(log: Log, size: int) -> bytes:
    frontier = Frontier()
    for (leaf,) in log.query("SELECT hash FROM leaf WHERE idx < ? ORDER BY idx", size):
        frontier.append(leaf)
    return frontier.root()


def _rewrite(log: Log, index: int, key: SigningKey) -> None:
    """Put another leaf in place of one, and seal the head and its checkpoint anew."""
    log.edit("UPDATE leaf SET hash = ?, entry = NULL WHERE idx = ?", b"x" * 32, index)
    frontier = Frontier()
    for (leaf,) in log.query("SELECT hash FROM leaf ORDER BY idx"):
        frontier.append(leaf)
    seal_as(log, frontier, key)
    note = sign_checkpoint(Checkpoint(ORIGIN, frontier.size, frontier.root()), key)
    log.edit("UPDATE checkpoint SET note = ? WHERE size = ?", note, frontier.size)


def seal_as(log: Log, frontier: Frontier, key: SigningKey) -> None:
    """Seal the head for another tree, as somebody with the key could."""
    [(last, tally)] = log.query("SELECT basis, tally FROM head")
    head = sign_head(frontier, Basis(last, tally), key, ORIGIN)
    log.edit(
        "UPDATE head SET size = ?, root = ?, frontier = ?, seal = ?",
        *(head.size, head.root, head.frontier, head.seal),
    )


def strip(work: Work) -> None:
    """Take signatures away: from the head, checkpoints, and what is brought along."""
    log = rich_log(work.folder())
    pristine = log.path.read_bytes()
    cases: dict[str, tuple[str, tuple[object, ...]]] = {
        "the seal emptied": ("UPDATE head SET seal = X''", ()),
        "the head removed": ("DELETE FROM head", ()),
        "the seal without its line": ("UPDATE head SET seal = ?", (_bare(_seal(log)),)),
    }
    for (size,) in log.query("SELECT size FROM checkpoint"):
        where = "UPDATE checkpoint SET note = ? WHERE size = ?"
        bare = _bare(log.note(size))
        cases[f"checkpoint {size} without its lines"] = (where, (bare, size))
        cases[f"checkpoint {size} emptied"] = (where, (b"", size))
    for case, (sql, values) in cases.items():
        log.path.write_bytes(pristine)
        log.edit(sql, *values)
        told = log.told()
        work.tally.judge("signatures stripped", _named(told), "" if told else case)
    log.path.write_bytes(pristine)
    for note in (_bare(log.newest()), b""):
        told = log.told(Options(kept=note))
        work.tally.judge(
            "a kept checkpoint stripped", _named(told), "" if told else "ok"
        )
        code = _refused(lambda: open_checkpoint(note, OTHER_KEY.verifier(), ORIGIN))  # noqa: B023 - called at once
        wrong = "" if code != "nothing" else "opened"
        work.tally.judge("a kept checkpoint stripped", code, wrong)


def _seal(log: Log) -> bytes:
    [(seal,)] = log.query("SELECT seal FROM head")
    return bytes(seal)


def _bare(note: bytes) -> bytes:
    return note.partition(b"\n\n")[0] + b"\n\n"


_PLANTED = (
    "CREATE TRIGGER t AFTER INSERT ON decision BEGIN DELETE FROM decision; END",
    "CREATE TRIGGER t AFTER INSERT ON leaf BEGIN UPDATE head SET basis = 1; END",
    "CREATE TRIGGER t BEFORE INSERT ON leaf BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER t AFTER UPDATE ON head BEGIN UPDATE head SET size = OLD.size; END",
    "CREATE VIEW v AS SELECT * FROM leaf",
    "CREATE TABLE extra (x)",
    "CREATE INDEX i ON leaf (hash)",
    "DROP TRIGGER leaf_no_delete",
    "DROP INDEX event_kind",
    "ALTER TABLE registry RENAME TO kept; CREATE VIEW registry AS SELECT * FROM kept",
    "UPDATE sqlite_master SET sql = replace(sql, 'ABORT', 'IGNORE')",
)


def plant(work: Work) -> None:
    """Plant triggers, views, tables, indexes; take away what should be there."""
    log = plain_log(work.folder())
    pristine = log.path.read_bytes()
    for sql in _PLANTED:
        log.path.write_bytes(pristine)
        log.script(sql)
        told = log.told()
        wrong = "" if told else sql
        work.tally.judge("something planted, seen by verify", _named(told), wrong)
        code = _refused(lambda: _append(log))
        # What is only taken away can't make a record vanish: verifying tells of it.
        is_refused = code in {"schema-differs", "ledger-unreadable"}
        wrong = "" if is_refused or sql.startswith("DROP") else f"{sql}: {code}"
        work.tally.judge("something planted, seen by the writer", code, wrong)


def _append(log: Log) -> None:
    with log.opened() as ledger:
        ledger.append([asked(1)])


def _named(codes: set[str]) -> str:
    return ", ".join(sorted(codes)) or "sound"
