"""Witnesses: who is known, and how many it takes, by the log or by a policy."""

from pathlib import Path

import pytest

from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.quorum import Watch
from ringwall.model.events import (
    Event,
    witness_added,
    witness_quorum,
    witness_removed,
)
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.cosignatures import add_signatures, cosign
from ringwall.tlog.trust_policy import TrustedLog, TrustedWitness, TrustPolicy
from tests.fault.ledger_simulator import AT, OTHER_KEY, VERIFIER, creation
from tests.unit.ledger.written_log import WrittenLog

A, B = (CosigningKey(f"witness.example/{n}", bytes([n]) * 32) for n in (1, 2))
SECOND = 1_800_000_000


def added(key: CosigningKey) -> Event:
    return witness_added(AT, key.name, format_vkey(key.verifier()))


def made(folder: Path, *events: Event, by: tuple[CosigningKey, ...] = ()) -> WrittenLog:
    """Return a log whose only checkpoint, of all entries, is cosigned by some."""
    history = [creation(), *events]
    log = WrittenLog(folder, history, (len(history),))
    note = log.note(len(history))
    text = note.partition(b"\n\n")[0].decode() + "\n"
    for key in by:
        line = cosign(text, key, SECOND)
        note = add_signatures(note, line, [key.verifier()])
    log.edit("UPDATE checkpoint SET note = ?", note)
    return log


def test_cosigners_of_the_last_checkpoint_are_reported_with_their_times(
    tmp_path: Path,
) -> None:
    report = made(tmp_path, added(A), added(B), by=(A, B)).verify()

    assert report.is_sound
    assert report.newest is not None
    assert [(line.name, line.at) for line in report.newest.cosignatures] == [
        (A.name, SECOND * 10**6),
        (B.name, SECOND * 10**6),
    ]


@pytest.mark.parametrize(
    ("events", "by", "witnessed", "codes"),
    [
        ((), (A,), None, []),
        ((added(A), witness_quorum(AT, 1, 60, mandatory=True)), (A,), 3, []),
        ((added(A), witness_quorum(AT, 1, 60, mandatory=False)), (), None, []),
        (
            (added(A), witness_quorum(AT, 1, 60, mandatory=True)),
            (),
            None,
            [],
        ),
        (
            (added(A), added(B), witness_quorum(AT, 2, 60, mandatory=True)),
            (A,),
            None,
            [],
        ),
        (
            (
                added(A),
                witness_quorum(AT, 1, 60, mandatory=True),
                witness_removed(AT, A.name),
            ),
            (A,),
            None,
            [],
        ),
    ],
)
def test_the_quorum_on_record_is_counted_and_is_no_fault_of_the_record(
    tmp_path: Path,
    events: tuple[Event, ...],
    by: tuple[CosigningKey, ...],
    witnessed: int | None,
    codes: list[str],
) -> None:
    report = made(tmp_path, *events, by=by).verify()

    assert [finding.code for finding in report.findings] == codes
    size = report.witnessed.checkpoint.size if report.witnessed else None
    assert size == witnessed
    assert report.met_by == (() if witnessed is None else (A.name,))


def policy(
    *keys: CosigningKey, quorum: str, logs: tuple[TrustedLog, ...] = ()
) -> Options:
    witnesses = tuple(TrustedWitness(f"w{i}", k.verifier()) for i, k in enumerate(keys))
    return Options(policy=TrustPolicy(logs, witnesses, (), quorum))


def test_a_policy_goes_before_what_is_on_record(tmp_path: Path) -> None:
    log = made(tmp_path, added(A), by=(A,))

    met = log.verify(policy(A, quorum="w0"))
    assert (met.is_sound, met.met_by) == (True, ("w0",))
    none = log.verify(policy(quorum="none"))
    assert (none.is_sound, none.met_by) == (True, ())
    assert [f.code for f in log.verify(policy(B, quorum="w0")).findings] == [
        "quorum-not-met"
    ]


def test_a_policy_without_a_stored_checkpoint_does_not_blame_the_witnesses(
    tmp_path: Path,
) -> None:
    log = made(tmp_path, added(A), by=(A,))
    log.edit("DELETE FROM checkpoint")

    [finding] = log.verify(policy(A, quorum="w0")).findings

    assert (finding.code, finding.place) == ("quorum-not-met", "checkpoint")
    assert finding.message == "no checkpoint is stored that anybody could have cosigned"


def test_a_policy_has_to_list_the_key_of_the_log_if_it_lists_any(
    tmp_path: Path,
) -> None:
    log = made(tmp_path)

    listed = policy(quorum="none", logs=(TrustedLog(VERIFIER),))
    assert log.verify(listed).is_sound
    other = policy(quorum="none", logs=(TrustedLog(OTHER_KEY.verifier()),))
    assert log.places() == set()
    assert [(f.code, f.place) for f in log.verify(other).findings] == [
        ("wrong-key", "--witness-policy")
    ]


def test_a_forged_cosignature_is_told(tmp_path: Path) -> None:
    log = made(tmp_path, added(A), by=(A,))
    text = log.note(2).partition(b"\n\n")[0] + b"\n"
    line = cosign("log.example\n2\n" + "A" * 43 + "=\n", A, SECOND)
    own = log.note(2).partition(b"\n\n")[2].split(b"\n")[0]
    log.edit("UPDATE checkpoint SET note = ?", text + b"\n" + own + b"\n" + line)

    assert log.places() == {("signature-invalid", "checkpoint 2")}


def test_two_witnesses_of_one_key_or_name_count_once(tmp_path: Path) -> None:
    again = witness_added(AT, "witness.example/z", format_vkey(A.verifier()))
    quorum = witness_quorum(AT, 2, 60, mandatory=True)

    report = made(tmp_path, added(A), again, quorum, by=(A,)).verify()
    assert report.witnessed is None


NOW = (SECOND + 60) * 10**6


@pytest.mark.parametrize(
    ("now", "is_overdue"), [(None, None), (NOW, False), (NOW + 1, True)]
)
def test_witnesses_are_overdue_once_their_time_is_up(
    tmp_path: Path, now: int | None, is_overdue: bool | None
) -> None:
    quorum = witness_quorum(AT, 1, 60, mandatory=True)
    log = made(tmp_path, added(A), added(B), quorum, by=(A,))

    report = log.verify(Options(now=now))

    assert report.watch == Watch(2, 1, 1, True, 60, 4, NOW, is_overdue)


def test_witnesses_that_have_never_cosigned_are_due_since_it_was_laid_down(
    tmp_path: Path,
) -> None:
    quorum = witness_quorum(AT, 2, 60, mandatory=False)
    log = made(tmp_path, added(A), added(B), quorum, by=(A,))

    due = AT + 60 * 10**6
    watch = log.verify(Options(now=due + 1)).watch
    assert watch == Watch(2, 1, 2, False, 60, 0, due, True)


def test_without_a_quorum_nobody_is_overdue(tmp_path: Path) -> None:
    assert made(tmp_path).verify(Options(now=NOW)).watch == Watch()
    (tmp_path / "asked").mkdir()
    log = made(tmp_path / "asked", added(A), witness_removed(AT, A.name), by=(A,))
    assert log.verify(Options(now=NOW)).watch == Watch()


def test_one_witness_under_two_names_has_cosigned_once(tmp_path: Path) -> None:
    again = witness_added(AT, "witness.example/z", format_vkey(A.verifier()))
    quorum = witness_quorum(AT, 2, 60, mandatory=True)
    watch = made(tmp_path, added(A), again, quorum, by=(A,)).verify().watch

    assert (watch.asked, watch.cosigned, watch.size) == (1, 1, 0)
