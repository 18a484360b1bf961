"""The verifier: every leaf, the root, what is signed for it, and every table.

Trusts only the verifier key it is given. Must never stop at the first finding, nor
write anything into the ledger.
"""

import sqlite3
from typing import Any, Final

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.older_shape import is_older, lacks_desk
from ringwall.ledger.printable import shown
from ringwall.ledger.schema import METADATA
from ringwall.ledger.shape import known_shape, shape_of
from ringwall.ledger.store import Store
from ringwall.ledger.verification.basis_check import BasisCheck
from ringwall.ledger.verification.cautions import cautions
from ringwall.ledger.verification.checking import Check, Options
from ringwall.ledger.verification.claims import Claims, stated_size, stored_sizes
from ringwall.ledger.verification.disclosure_walk import DisclosureWalk, erased_tokens
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.head_check import (
    check_basis,
    check_extent,
    check_frontier,
    check_last,
    check_seal,
)
from ringwall.ledger.verification.leaf_walk import LeafWalk
from ringwall.ledger.verification.place_check import check_place
from ringwall.ledger.verification.plain_words import PlainWords
from ringwall.ledger.verification.pruning_check import check_pruned
from ringwall.ledger.verification.quorum import Quorum
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.table_walk import TableWalk
from ringwall.ledger.verification.tile_check import check_tiles
from ringwall.ledger.verification.tree_walk import TreeWalk
from ringwall.signing.keys import VerifierKey
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.epochs import Epochs
from ringwall.tlog.hashing import EMPTY_ROOT

__all__ = ["verify_ledger"]

_TOLD: Final = 1024
_SCHEMA_ONLY: Final = "all but the schema: the tables are not those of a ledger"
_WITHOUT_TABLES: Final = "the tables, what is disclosed, the pages of the file"


def verify_ledger(
    store: Store, verifier: VerifierKey, origin: str, options: Options | None = None
) -> Report:
    """Check a ledger against a public key of its log.

    Args:
        store: the file; opening it for reading is enough.
        verifier: a key that the log has or had, from wherever the checker trusts.
        origin: the log's name.
        options: what the checker brings along.

    Raises:
        IntegrityError: `ledger-unreadable`, the file can't be read as a ledger.
    """
    options, findings = options or Options(), Findings()
    with store.reading() as stored:
        if not _check_schema(stored, findings):
            listed, left_out = findings.listed(), (_SCHEMA_ONLY,)
            return Report(0, EMPTY_ROOT, verifier.name, listed, left_out)
        cursor = _raw_cursor(stored)
        head = _read_head(stored, findings)
        tree = TreeWalk(cursor, {*stored_sizes(cursor), *_sizes(options, head)})
        leaves = LeafWalk(cursor, findings, tree)
        check = Check(cursor, verifier, origin, options, tree, leaves, findings)
        if head is not None:
            check.events.signed = _sealed_size(head)
        if not options.log_only:
            _check_pages(stored, findings)
        return _checked(stored, check, head)


def _raw_cursor(stored: Connection) -> sqlite3.Cursor:
    """Return a cursor of the driver: rows wrapped once more cost half the time."""
    driver: Any = stored.connection.driver_connection
    cursor: sqlite3.Cursor = driver.cursor()
    return cursor


def _checked(stored: Connection, check: Check, head: Head | None) -> Report:
    last, basis = _walk(check)
    check_pruned(check)
    check.events.judge_institute(check.findings)
    epochs = check.events.epochs(check.verifier, check.findings)
    quorum = Quorum(check.events, check.options.policy)
    claims = _judged(check, head, epochs, quorum)
    check_place(check)
    if head is not None:
        check_frontier(check, head)
        if basis is None:
            check_last(check, head, last)
        else:
            check_basis(check, head, basis)
    findings, watch = check.findings, quorum.watch(check.options.now)
    return Report(
        size=check.leaves.count,
        root=check.tree.root(),
        signer=check.verifier.name,
        findings=_told_plainly(stored, findings),
        left_out=tuple(_left_out(check)),
        signed_size=claims.signed,
        newest=claims.newest,
        witnessed=claims.witnessed,
        met_by=quorum.names_of(
            claims.witnessed.cosignatures if claims.witnessed else ()
        ),
        first_bad=findings.first_bad,
        forks=tuple(claims.forks),
        compared=tuple(claims.compared),
        watch=watch,
        warnings=cautions(check, claims, watch),
    )


def _told_plainly(stored: Connection, findings: Findings) -> tuple[Finding, ...]:
    plain = PlainWords(stored)
    return tuple(
        Finding(found.code, plain(found.place), plain(found.message))
        for found in findings.listed()
    )


def _check_schema(stored: Connection, findings: Findings) -> bool:
    """Return whether the tables are those of a ledger, so that they can be read."""
    here, there = shape_of(stored), known_shape()
    if not here:
        message = "it holds no table at all: this is no ledger, or somebody emptied it"
        findings.hold("ledger-empty", "file", message)
        return False
    if lacks_desk(stored) and is_older(stored):
        message = "it was made before there was an incident desk, and lacks its tables"
        findings.hold("schema-older", "schema", message)
        return False
    for kind, name in sorted(here.keys() | there.keys()):
        if here.get((kind, name)) != there.get((kind, name)):
            missing = "is missing" if (kind, name) not in here else "was not made by it"
            findings.hold("schema-differs", "schema", f"{kind} `{name}` {missing}")
    return all(
        here.get(("table", table)) == there["table", table] for table in METADATA.tables
    )


def _check_pages(stored: Connection, findings: Findings) -> None:
    """Let SQLite check its trees and that each index holds what its table holds."""
    for (text,) in stored.exec_driver_sql("PRAGMA integrity_check(100)"):
        if text != "ok":
            findings.hold("file-damaged", "file", shown(text))


def _read_head(stored: Connection, findings: Findings) -> Head | None:
    try:
        return read_head(stored)
    except IntegrityError as error:
        findings.hold(error.code, "head", error.message)
        return None


def _sizes(options: Options, head: Head | None) -> set[int]:
    """Return the sizes of which the root has to be known."""
    sizes = {stated_size(note) for _, note in options.notes()}
    if head is not None:
        sizes |= {head.size, _sealed_size(head)}
    return {size for size in sizes if 0 <= size <= MAX_TREE_SIZE}


def _sealed_size(head: Head) -> int:
    try:
        return head.sealed().size
    except IntegrityError:
        return head.size  # which is told where the seal is checked


def _walk(check: Check) -> tuple[int, Basis | None]:
    """Walk through the log.

    Returns:
        The last entry that moved the basis; the events in force if all of it is read.
    """
    if check.options.log_only:
        moves = BasisCheck(check.findings)
        for stretch in check.leaves.stretches():
            others = moves.skim(stretch)
            check.events.skim(others, check.findings)
            check.desks.skim(stretch, others)
            _tell_progress(check, stretch.end)
        check.desks.finish(check.cursor)
        return moves.last, None
    erased = erased_tokens(check.cursor)
    disclosures = DisclosureWalk(erased, check.findings)
    tables = TableWalk(
        check.cursor, check.findings, check.events, disclosures, check.desks
    )
    for stretch in check.leaves.stretches():
        tables.take(stretch)
        _tell_progress(check, stretch.end)
    disclosures.finish(check.cursor)
    check.desks.finish(check.cursor)
    basis = tables.finish(check.leaves.size)
    return basis.last, basis


def _tell_progress(check: Check, end: int) -> None:
    progress, size = check.options.progress, check.leaves.size
    if progress is not None and (end % _TOLD == 0 or end == size):
        progress(end, size)


def _judged(check: Check, head: Head | None, epochs: Epochs, quorum: Quorum) -> Claims:
    """Hold all that has been signed against the leaves."""
    findings, tree = check.findings, check.tree
    claims = Claims(check.origin, epochs, check.leaves.size, tree.roots, findings)
    accused = None
    sealed = None if head is None else check_seal(check, head, epochs)
    if head is not None and sealed is not None:
        accused = check_extent(check, head, sealed)
        claims.take_seal(head, sealed)
    check_tiles(check, accused)
    claims.judge_stored(check.cursor, quorum)
    claims.judge_epochs()
    for place, note in check.options.notes():
        claims.judge_kept(check.cursor, place, note)
    _check_policy(check, epochs)
    if quorum.is_due and claims.witnessed is None and check.leaves.size:
        message = "no checkpoint that the log agrees with has enough cosignatures"
        if not claims.stored:
            message = "no checkpoint is stored that anybody could have cosigned"
        findings.hold("quorum-not-met", "checkpoint", message)
    return claims


def _check_policy(check: Check, epochs: Epochs) -> None:
    """Check that a policy which lists logs lists a key of this one."""
    policy = check.options.policy
    listed = () if policy is None else policy.logs
    keys = {epoch.verifier for epoch in epochs.epochs}
    if listed and not any(log.verifier in keys for log in listed):
        message = "the policy lists other logs, and no key of this one"
        check.findings.hold("wrong-key", "--witness-policy", message)


def _left_out(check: Check) -> list[str]:
    left_out = [_WITHOUT_TABLES] if check.options.log_only else []
    if check.desks.left_out:
        left_out.append(check.desks.left_out)
    if check.tree.broken_at is not None:
        beyond = f"what is signed beyond entry {check.tree.broken_at}, which is missing"
        left_out.append(beyond)
    return left_out
