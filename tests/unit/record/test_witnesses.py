"""Witnesses of a log: whom it asks, what it sends, what it takes for an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
    UnknownItem,
)
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.publication.published import newest_published, publish
from ringwall.record.cosigning import cosign_request
from ringwall.record.witnesses import LONGEST_LAG, WitnessDesk
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ringwall.tlog.witness import Witness
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    VERIFIER,
    LedgerFile,
    decision,
)

CITY = CosigningKey("city.example", bytes(range(7, 39)))
PORT = CosigningKey("port.example", bytes(range(9, 41)))
SECOND = 1_000_000


def vkey(key: CosigningKey) -> str:
    """Return the text of a witness's public key."""
    return format_vkey(key.verifier())


@contextmanager
def desk(file: LedgerFile) -> Iterator[WitnessDesk]:
    """Give the desk of a ledger."""
    with file.opened() as ledger:
        yield WitnessDesk(ledger, FixedClock(AT))


def code_of(caught: "pytest.ExceptionInfo[RingwallError]") -> str:
    """Return the code of a refusal."""
    return caught.value.code


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with two witnesses and a checkpoint, closed."""
    file = LedgerFile(tmp_path)
    with desk(file) as opened:
        opened.add("city", vkey(CITY))
        opened.add("port", vkey(PORT))
    checkpoint(file)
    return file


def checkpoint(file: LedgerFile) -> int:
    """Publish the head as a checkpoint; return its size."""
    with file.opened() as ledger:
        head = ledger.head()
        note = sign_checkpoint(Checkpoint(ORIGIN, head.size, head.root), KEY)
        with ledger.store.writing() as connection:
            publish(connection, head.size, note)
    return head.size


def cosigned(file: LedgerFile, name: str, key: CosigningKey, at: int = AT) -> bytes:
    """Let a witness answer; return its answer."""
    memory = file.path.with_name(f"{name}.memory")
    with desk(file) as opened:
        asked = opened.request(name)
    witness = Witness(ORIGIN, VERIFIER, key)
    return cosign_request(asked, witness, memory, at, first=not memory.exists())[1]


def test_witnesses_are_on_record(file: LedgerFile) -> None:
    with desk(file) as opened:
        known = opened.read()

    assert {name: format_vkey(key) for name, key in known.witnesses.items()} == {
        "city": vkey(CITY),
        "port": vkey(PORT),
    }
    assert known.seen == {}
    assert (known.need, known.size, known.deadline) == (0, 0, None)


def test_a_cosignature_goes_there_and_back(file: LedgerFile) -> None:
    size = checkpoint(file)
    line = cosigned(file, "city", CITY)
    with desk(file) as opened:
        assert opened.take(size, line) == ("city",)
        seen = opened.read().seen["city"]
    assert (seen.size, seen.at) == (size, AT)

    with file.opened() as ledger:
        ledger.append([decision("dec-9")])
    grown = checkpoint(file)
    line = cosigned(file, "city", CITY, AT + SECOND) + cosigned(file, "port", PORT)
    with desk(file) as opened:
        assert opened.take(grown, line) == ("city", "port")
        assert opened.read().seen["city"] == (grown, AT + SECOND)
        assert opened.read().seen["port"] == (grown, AT)


def test_what_was_sent_is_still_signed_by_the_log(file: LedgerFile) -> None:
    size = checkpoint(file)
    with desk(file) as opened:
        opened.take(size, cosigned(file, "city", CITY))
    with file.opened() as ledger, ledger.store.reading() as connection:
        newest = newest_published(connection)

    assert newest is not None
    assert open_checkpoint(newest.note, VERIFIER, ORIGIN).size == size


@pytest.mark.parametrize(
    ("size", "spoilt", "code"),
    [
        (0, b"", "note-malformed"),
        (0, b"\xe2\x80\x94 x", "note-malformed"),
        (-1, None, "checkpoint-unknown"),
    ],
)
def test_what_is_no_answer_is_not_taken(
    file: LedgerFile, size: int, spoilt: bytes | None, code: str
) -> None:
    lines = cosigned(file, "city", CITY) if spoilt is None else spoilt
    with desk(file) as opened, pytest.raises(RingwallError) as caught:
        opened.take(checkpoint(file) + size, lines)
    assert code_of(caught) == code
    if code == "note-malformed":
        assert "`ringwall audit cosign`" in caught.value.next_step


def test_an_answer_about_another_checkpoint_is_not_taken(file: LedgerFile) -> None:
    line = cosigned(file, "city", CITY)
    with file.opened() as ledger:
        ledger.append([decision("dec-9")])
    grown = checkpoint(file)

    with desk(file) as opened, pytest.raises(IntegrityError) as caught:
        opened.take(grown, line)
    assert code_of(caught) == "signature-invalid"


def test_an_answer_of_somebody_else_is_not_taken(file: LedgerFile) -> None:
    size = checkpoint(file)
    line = cosigned(file, "city", CITY)
    with desk(file) as opened:
        opened.remove("city")
        with pytest.raises(IntegrityError) as caught:
            opened.take(size, line)
    assert code_of(caught) == "cosigner-unknown"


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("city", format_vkey(CosigningKey("x", bytes(32)).verifier()), "witness-taken"),
        ("town", vkey(CITY), "witness-taken"),
        ("town", format_vkey(VERIFIER), "key-wrong-type"),
        ("town", "town", "key-malformed"),
        ("", vkey(CosigningKey("x", bytes(32))), "witness-name"),
        (" x", vkey(CosigningKey("x", bytes(32))), "witness-name"),
        ("x\n", vkey(CosigningKey("x", bytes(32))), "witness-name"),
        ("x" * 65, vkey(CosigningKey("x", bytes(32))), "witness-name"),
        ("log", vkey(CosigningKey("log", KEY.seed)), "witness-is-the-log"),
    ],
)
def test_who_can_not_be_a_witness_is_refused(
    file: LedgerFile, name: str, key: str, code: str
) -> None:
    with desk(file) as opened, pytest.raises(ConfigurationError) as caught:
        opened.add(name, key)
    assert code_of(caught) == code
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("name", "key", "message"),
    [
        ("city", CosigningKey("x", bytes(32)), "there is a witness `city` already"),
        ("town", CITY, "the key is that of `city`"),
        (
            "port",
            CITY,
            "there is a witness `port` already; the key is that of `city`",
        ),
    ],
)
def test_it_is_told_whether_name_or_key_is_taken_and_by_whom(
    file: LedgerFile, name: str, key: CosigningKey, message: str
) -> None:
    with desk(file) as opened, pytest.raises(ConfigurationError) as caught:
        opened.add(name, vkey(key))
    assert (caught.value.code, caught.value.message) == ("witness-taken", message)


def test_there_are_at_most_as_many_as_anybody_can_handle(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.record.witnesses._MOST", 2)
    with desk(file) as opened, pytest.raises(ConfigurationError) as caught:
        opened.add("x", vkey(CosigningKey("x", bytes(32))))
    assert code_of(caught) == "witnesses-too-many"
    assert "`ringwall audit witness remove`" in caught.value.next_step


def test_a_removed_witness_may_come_back_with_another_key(file: LedgerFile) -> None:
    with desk(file) as opened:
        opened.remove("city")
        assert list(opened.read().witnesses) == ["port"]
        opened.add("city", vkey(CosigningKey("x", bytes(32))))
        assert list(opened.read().witnesses) == ["city", "port"]


def test_who_is_no_witness_can_not_be_removed_or_asked(file: LedgerFile) -> None:
    with desk(file) as opened:
        for deed in (opened.remove, opened.request):
            with pytest.raises(UnknownItem) as caught:
                deed("town")
            assert code_of(caught) == "unknown-witness"


def test_the_quorum_counts_from_when_it_was_laid_down(file: LedgerFile) -> None:
    with desk(file) as opened:
        opened.lay_down(2, 60, mandatory=True)
        known = opened.read()

    assert (known.need, known.seconds, known.mandatory) == (2, 60, True)
    assert known.deadline == AT + 60 * SECOND
    assert known.size == 0


def test_the_quorum_has_seen_what_as_many_as_it_takes_have_seen(
    file: LedgerFile,
) -> None:
    with desk(file) as opened:
        opened.lay_down(2, 60, mandatory=False)
    early = checkpoint(file)
    answers = cosigned(file, "city", CITY, AT + 5 * SECOND) + cosigned(
        file, "port", PORT, AT + 9 * SECOND
    )
    with desk(file) as opened:
        opened.take(early, answers)
        assert opened.read().deadline == AT + 65 * SECOND
    with file.opened() as ledger:
        ledger.append([decision("dec-9")])
    late = checkpoint(file)
    with desk(file) as opened:
        opened.take(late, cosigned(file, "port", PORT, AT + 70 * SECOND))
        known = opened.read()

    assert known.size == early
    assert known.deadline == AT + 65 * SECOND


@pytest.mark.parametrize(
    ("need", "seconds", "mandatory", "code"),
    [
        (3, 60, False, "quorum-unreachable"),
        (-1, 60, False, "quorum-invalid"),
        (1, 0, False, "quorum-invalid"),
        (1, LONGEST_LAG + 1, False, "quorum-invalid"),
        (0, 60, True, "quorum-invalid"),
    ],
)
def test_a_quorum_that_can_not_be_met_or_said_is_refused(
    file: LedgerFile, need: int, seconds: int, mandatory: bool, code: str
) -> None:
    with desk(file) as opened, pytest.raises(ConfigurationError) as caught:
        opened.lay_down(need, seconds, mandatory=mandatory)
    assert code_of(caught) == code
    assert caught.value.next_step


def test_a_witness_that_the_quorum_needs_can_not_be_removed(file: LedgerFile) -> None:
    with desk(file) as opened:
        opened.lay_down(2, 60, mandatory=False)
        with pytest.raises(ConfigurationError) as caught:
            opened.remove("city")
        assert code_of(caught) == "quorum-unreachable"
        opened.lay_down(0, 60, mandatory=False)
        opened.remove("city")


def test_without_a_checkpoint_there_is_nothing_to_send(file: LedgerFile) -> None:
    file.edit("DELETE FROM checkpoint")
    with file.opened(writable=False) as ledger, pytest.raises(UnknownItem) as caught:
        WitnessDesk(ledger, FixedClock(AT)).request("city")
    assert code_of(caught) == "checkpoint-unknown"


def test_facts_that_never_rest_are_told(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_: object) -> None:
        raise StaleBasis

    with desk(file) as opened:
        monkeypatch.setattr(Ledger, "append", stale)
        with pytest.raises(RecordUnavailable) as caught:
            opened.remove("city")
    assert code_of(caught) == "facts-unsettled"


def test_a_witness_that_somebody_put_into_the_table_is_told(file: LedgerFile) -> None:
    other = vkey(CosigningKey("evil", bytes(32)))
    file.edit("UPDATE witness SET vkey = ? WHERE name = 'city'", other)

    with desk(file) as opened, pytest.raises(IntegrityError) as caught:
        opened.read()
    assert code_of(caught) == "table-differs"
