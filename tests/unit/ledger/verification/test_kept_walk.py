"""What the desk keeps beside the log: named by digest, looked at once, told if lost."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.memory.disclosures import Disclosure, commitment
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.kept_walk import (
    ATTACHMENT,
    PACKAGE,
    REPORT,
    RULES,
    KeptWalk,
)
from ringwall.model.events import Event
from tests.unit.ledger.verification import raid_log
from tests.unit.ledger.verification.raid_log import CASE
from tests.unit.ledger.verification.vault_log import cursor_of

DIGEST: Final = "a" * 64
OTHER: Final = "b" * 64
SALT: Final = bytes(32)
ORIGINAL: Final = {"original": {"sha256": DIGEST, "bytes": 7, "pointer": ""}}


class Shelf:
    """Keeps what it is told, and writes down what it is asked for."""

    def __init__(self, faults: Mapping[str, str] | None = None) -> None:
        self.faults = faults or {}
        self.asked: list[tuple[str, str, int]] = []

    def fault(self, what: str, digest: str, size: int) -> str:
        self.asked.append((what, digest, size))
        return self.faults.get(digest, "")

    def fault_of_box(self, report: str, digest: str) -> str:
        self.asked.append((report, digest, 0))
        return self.faults.get(digest, "")


def concealed(event: Event, said: object) -> tuple[Event, Disclosure]:
    """Return an event of which `said` is private, and what its token stands for."""
    value = dump_canonical(said)
    token = commitment("text:", SALT, value)
    stored = {**event, "said": {"concealed": token}}
    return stored, Disclosure(token, "raid", SALT, value)


def received(said: object = ORIGINAL) -> tuple[Event, Disclosure]:
    return concealed(raid_log.received()[1], said)


def sent(said: object, package: str = DIGEST) -> tuple[Event, Disclosure]:
    name = "hnd-aaaaaaaaaaaaaaaa"
    words = {"case": CASE, "package": package}
    event = raid_log.act("raid.handover", name, "send - sent", "dec-out", **words)
    return concealed(event, said)


def ruled(act: str = "adopt", digest: str = DIGEST) -> Event:
    words = f"{act} - adopted"
    return raid_log.act("raid.desk", "raid:rules", words, "dec-rule", digest=digest)


def told(
    events: Iterable[Event],
    shelf: Shelf | None,
    disclosures: Iterable[Disclosure] = (),
    erased: Iterable[str] = (),
) -> tuple[list[tuple[str, str]], str]:
    """Return the findings in a log of these events, and what was left out."""
    cursor, findings = cursor_of((), disclosures), Findings()
    cursor.execute("CREATE TABLE erasure (tokens)")
    cursor.execute("INSERT INTO erasure VALUES (?)", (json.dumps(list(erased)),))
    walk = KeptWalk(cursor, findings, shelf)
    for index, event in enumerate(events):
        walk.take(index, event)
    walk.finish()
    return [(one.code, one.place) for one in findings.listed()], walk.left_out


def test_what_is_there_is_looked_at_and_nothing_is_told() -> None:
    event, known = received()
    package, bytes_of = sent({"bytes": 9}, OTHER)
    shelf = Shelf()

    assert told([event, package, ruled()], shelf, [known, bytes_of]) == ([], "")
    assert sorted(shelf.asked) == [
        (PACKAGE, OTHER, 9),
        (REPORT, DIGEST, 7),
        (RULES, DIGEST, 0),
    ]


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("missing", ("original-missing", "package-missing", "raid-rules-missing")),
        ("changed", ("original-changed", "package-changed", "raid-rules-changed")),
    ],
)
def test_what_is_lost_or_changed_is_told_at_its_entry(
    fault: str, codes: tuple[str, ...]
) -> None:
    event, known = received()
    package, bytes_of = sent({"bytes": 9})
    shelf = Shelf({DIGEST: fault})

    found, _ = told([event, package, ruled()], shelf, [known, bytes_of])

    assert found == [(code, f"entry {n}") for n, code in enumerate(codes)]


@pytest.mark.parametrize("act", ["adopt", "found"])
def test_rules_are_looked_at_however_they_came_in_force(act: str) -> None:
    found, _ = told([ruled(act)], Shelf({DIGEST: "missing"}))

    assert found == [("raid-rules-missing", "entry 0")]


def test_one_file_that_many_entries_name_is_looked_at_once() -> None:
    event, known = received()
    shelf = Shelf({DIGEST: "missing"})

    found, _ = told([event] * 3, shelf, [known])

    assert (found, len(shelf.asked)) == ([("original-missing", "entry 0")], 1)


def test_what_was_erased_is_not_missed() -> None:
    event, known = received()
    shelf = Shelf({DIGEST: "missing"})

    assert told([event], shelf) == ([], "")
    assert told([event], shelf, [known], [known.token]) == ([], ""), "put back"
    assert not shelf.asked


def test_a_value_that_its_token_is_not_the_commitment_to_is_not_gone_by() -> None:
    event, known = received()
    forged = known._replace(value=dump_canonical({"original": None}))
    shelf = Shelf({DIGEST: "missing"})

    assert told([event], shelf, [forged]) == ([], "")


@pytest.mark.parametrize(
    "said",
    [{}, "words", {"original": "words"}, {"document": {}}],
    ids=["nothing", "text", "no-object", "no-original"],
)
def test_a_report_without_an_original_keeps_nothing(said: object) -> None:
    event, known = received(said)
    shelf = Shelf()

    assert told([event], shelf, [known]) == ([], "")
    assert not shelf.asked


def test_a_hand_over_whose_words_are_not_known_keeps_nothing() -> None:
    event, _ = sent({"bytes": 9})

    assert told([event], Shelf({DIGEST: "missing"})) == ([], "")


def test_an_act_without_words_keeps_nothing() -> None:
    assert told([raid_log.received()[1]], Shelf()) == ([], "")


@pytest.mark.parametrize(
    ("digest", "size"),
    [
        ("../../ledger.db", 7),
        ("A" * 64, 7),
        (None, 7),
        (DIGEST, -1),
        (DIGEST, True),
        (DIGEST, "7"),
    ],
)
def test_a_name_that_is_no_digest_is_never_asked_for(
    digest: object, size: object
) -> None:
    event, known = received({"original": {"sha256": digest, "bytes": size}})
    shelf = Shelf()

    found, _ = told([event], shelf, [known])

    assert found == [("original-missing", "entry 0")]
    assert not shelf.asked


def test_without_the_folder_it_is_said_that_nothing_was_looked_at() -> None:
    event, known = received()

    found, left_out = told([event], None, [known])

    assert not found
    assert left_out.startswith("the originals, files, packages, rules and boxes")
    assert told([], None) == ([], "")


def test_what_rests_on_a_damaged_entry_is_not_told_besides() -> None:
    cursor, findings = cursor_of(), Findings()
    walk = KeptWalk(cursor, findings, Shelf({DIGEST: "missing"}))
    findings.add_entry("entry-changed", 0, "it was")
    walk.take(0, ruled())
    walk.finish()

    assert [one.code for one in findings.listed()] == ["entry-changed"]


def test_both_files_of_an_attachment_are_looked_at() -> None:
    files = {"sealed": {"sha256": DIGEST, "bytes": 9}, "working": {"sha256": OTHER}}
    event = raid_log.act(
        *("raid.attachment", "att-aaaaaaaaaaaaaaaa", "add - kept", "dec-in"),
        digest=DIGEST,
    )
    shelf = Shelf()
    stored, private = concealed(event, files)

    assert told([stored], shelf, [private])[0] == [("attachment-missing", "entry 0")]
    # A length that is none is that of no file.
    assert shelf.asked == [(ATTACHMENT, DIGEST, 9)]


def boxed(digest: str = OTHER) -> tuple[Event, Disclosure]:
    return received({"box": digest})


def erased(report: str = raid_log.REPORT, digest: str = OTHER) -> Event:
    event = raid_log.act(
        *("raid.box", "box-aaaaaaaaaaaaaaaa", "erase - erased", "dec-out"),
        digest=digest,
    )
    return {**event, "case": report}


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("", []),
        ("missing", [("box-missing", "entry 0")]),
        ("changed", [("box-changed", "entry 0")]),
    ],
)
def test_a_box_is_there_as_it_was_sealed(
    fault: str, codes: list[tuple[str, str]]
) -> None:
    event, known = boxed()
    shelf = Shelf({OTHER: fault})

    assert told([event], shelf, [known]) == (codes, "")
    assert shelf.asked == [(raid_log.REPORT, OTHER, 0)]


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("", [("box-left", "entry 1")]),
        ("changed", [("box-left", "entry 1")]),
        ("missing", []),
    ],
)
def test_a_box_that_was_erased_is_there_no_more(
    fault: str, codes: list[tuple[str, str]]
) -> None:
    event, known = boxed()

    assert told([event, erased()], Shelf({OTHER: fault}), [known]) == (codes, "")


def test_of_a_box_that_is_of_no_report_no_file_is_asked_for() -> None:
    shelf = Shelf()

    assert told([erased("report:../../key")], shelf) == ([], "")
    assert not shelf.asked


def test_that_no_box_was_looked_at_is_said_too() -> None:
    assert told([erased()], None)[1].startswith("the originals")
