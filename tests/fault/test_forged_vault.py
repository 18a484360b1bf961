"""Whoever has the key of the log writes events of the vault: verification tells.

On an institute that sealed, opened, read, loaded, rewrapped, copied, replaced and
destroyed, to which one forged piece after the other is appended.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from ringwall.ledger.memory.disclosing import tokens_about
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.model.events import BASIS_KINDS, Event, subject_erased
from ringwall.record.pruning import LEAST_AGE, prune_log
from tests.e2e.running import Ringwall
from tests.example import NOON
from tests.recorded import newest_first
from tests.vault_office import (
    ASSET,
    CUSTODIAN,
    READER,
    VaultOffice,
    content,
    found_vault,
)

DATA: Final = content(60_000)
WHOLE, LOG_ONLY = Options(), Options(log_only=True)
DEPTHS = pytest.mark.parametrize("options", [WHOLE, LOG_ONLY])
NEW: Final = "dec-" + "7" * 20
YEAR: Final = LEAST_AGE + 10**9
WORDS: Final = ("sealed", "rewrapped", "destroyed", "verified", "opened", "read")


def worked(office: VaultOffice) -> None:
    """Have people do everything at the vault that there is to do."""
    with office.gate() as gate:
        vault = gate.vault
        first = office.sealed(vault, DATA)
        vault.rewrap(ASSET, to_key="vault-2", **office.to_rewrap(first.container))
        target = office.scratch / "copy.vault"
        who = office.to_copy(first.container)
        vault.copy(ASSET, to="site:hub-west", target=target, key="west", **who)
        held = vault.open(ASSET, ahead=0, **READER)
        assert held.read(1000) == DATA[:1000]
        second = office.sealed(vault, DATA, replace=True)
        held.seek(500)
        assert held.read(1000) == DATA[500:1500]
        vault.destroy(first.container, **office.to_destroy(first.container))
        with vault.open(ASSET, **READER) as file:
            assert file.read() == DATA
        who = {name: READER[name] for name in ("subject", "authn")}
        with (
            gate.session(**who) as session,
            vault.open(ASSET, session=session) as file,
        ):
            assert file.read(7) == DATA[:7]
        assert vault.verify(ASSET, **READER).container == second.container


@pytest.fixture(scope="module")
def kept(institute_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an institute with a history; not to be changed."""
    folder = tmp_path_factory.mktemp("forged") / "institute"
    shutil.copytree(institute_folder, folder)
    found_vault(folder)
    with closing(VaultOffice(folder)) as office:
        worked(office)
    return folder


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Institute:
    """Return a copy of it."""
    shutil.copytree(kept, tmp_path / "institute")
    return Institute(tmp_path / "institute", FixedClock(NOON))


def history(institute: Institute) -> list[Event]:
    """Return all that is on record, the oldest first."""
    with closing(institute.ledger(writable=False)) as ledger:
        return [entry.event for entry in newest_first(ledger)][::-1]


def told(report: Report) -> set[str]:
    """Return the codes of what was found."""
    return {found.code for found in report.findings}


class Forger:
    """Has the key of the log, and what was recorded before."""

    def __init__(self, institute: Institute) -> None:
        self._institute = institute
        self.events = history(institute)

    def last(self, kind: str, **said: object) -> int:
        """Return where the last event of a kind stands that says something."""
        return max(
            at
            for at, event in enumerate(self.events)
            if event["kind"] == kind
            and all(event.get(name) == value for name, value in said.items())
        )

    def beside(self, kind: str, **said: object) -> list[Event]:
        """Return an event with its decision and all that stands between."""
        at = self.last(kind, **said)
        name = self.events[at]["decision"]
        first = max(
            place
            for place, event in enumerate(self.events)
            if event["kind"] == "decision.made" and event["id"] == name
        )
        return [dict(event) for event in self.events[first : at + 1]]

    def append(self, events: list[Event]) -> None:
        """Append as a program of the institute would, each decision on its basis."""
        with closing(self._institute.ledger(writable=True)) as ledger:
            for event in events:
                said = event
                if event["kind"] == "decision.made":
                    said = {**event, "basis": self._last_moved()}
                ledger.append([said])
                self.events.append(said)

    def _last_moved(self) -> int:
        moved = [n for n, e in enumerate(self.events) if e["kind"] in BASIS_KINDS]
        return moved[-1]


def renamed(events: list[Event], **changes: Any) -> list[Event]:  # noqa: ANN401 - words of a test
    """Return a piece of history under a new permit, its last event changed."""
    found = []
    for event in events:
        key = "id" if event["kind"] == "decision.made" else "decision"
        found.append({**event, key: NEW} if key in event else event)
    return [*found[:-1], {**found[-1], **changes}]


Forgery = Callable[[Forger], list[Event]]


def again(kind: str, **said: object) -> Forgery:
    """Return what tells once more of something, beside nothing."""
    return lambda forger: forger.beside(kind, **said)[-1:]


def otherwise(kind: str, **changes: Any) -> Forgery:  # noqa: ANN401 - words of a test
    """Return what tells of the same beside a permit of its own, and changes a word."""
    return lambda forger: renamed(forger.beside(kind), **changes)


def denied(kind: str) -> Forgery:
    """Return what tells of the same beside a deny."""

    def made(forger: Forger) -> list[Event]:
        first, *rest = renamed(forger.beside(kind))
        reason = {"stage": "access", "code": "not-permitted", "message": "no"}
        deny = {**first, "effect": "deny", "rules": [], "reasons": [reason]}
        return [{k: v for k, v in deny.items() if k != "obligations"}, *rest]

    return made


def unpaid(forger: Forger) -> list[Event]:
    """Return a reading of bytes not read before, which no budget hears of."""
    opening = renamed(forger.beside("vault.opened", action="weights.read"))
    reading = [
        {**event, "continues": NEW, "opened": NEW}
        if event["kind"] == "vault.read"
        else event
        for event in forger.beside("vault.read")
    ]
    first, last = reading[0], reading[-1]
    name = "dec-" + "8" * 20
    return [
        *opening,
        {**first, "id": name, "continues": NEW},
        {k: v for k, v in {**last, "decision": name}.items() if k != "continues"},
    ]


FORGERIES: Final[dict[str, tuple[Forgery, str]]] = {
    "opened once more": (again("vault.opened"), "vault-permit-reused"),
    "opened beside nothing": (
        lambda forger: renamed(forger.beside("vault.opened"))[-1:],
        "vault-permit-missing",
    ),
    "read beside nothing": (again("vault.read"), "vault-permit-missing"),
    "opened on a deny": (denied("vault.opened"), "vault-permit-missing"),
    "read on a deny": (denied("vault.read"), "vault-permit-missing"),
    "opened for another": (
        otherwise("vault.opened", subject="user:eve"),
        "vault-permit-missing",
    ),
    "opened elsewhere": (
        otherwise("vault.opened", point="point:trainer"),
        "vault-permit-missing",
    ),
    "opened for more": (
        otherwise("vault.opened", action="weights.copy"),
        "vault-permit-missing",
    ),
    "opened what is not": (
        otherwise("vault.opened", container="box-" + "z" * 20),
        "container-closed",
    ),
    "read what was not opened": (
        otherwise("vault.read", container="box-" + "z" * 20),
        "vault-open-missing",
    ),
    "read beyond the end": (
        otherwise("vault.read", stop=len(DATA) + 1),
        "vault-range-outside",
    ),
    "read backwards": (otherwise("vault.read", start=9, stop=8), "vault-range-outside"),
    "read and not paid": (unpaid, "vault-amount-missing"),
    "sealed without a permit": (
        lambda forger: renamed(forger.beside("vault.sealed"))[-1:],
        "vault-permit-missing",
    ),
    "sealed on a permit that was used": (
        again("vault.sealed", copy_of=""),
        "vault-permit-reused",
    ),
    "sealed twice": (again("vault.sealed", copy_of=""), "container-disputed"),
    "copied without a permit": (
        lambda forger: [
            {
                **forger.events[forger.last("vault.sealed", recipient="site:hub-west")],
                "container": "box-" + "y" * 20,
                "decision": NEW,
            }
        ],
        "vault-permit-missing",
    ),
    "rewrapped without a permit": (
        lambda forger: [
            {
                **forger.events[forger.last("vault.rewrapped")],
                "container": forger.events[forger.last("vault.sealed", copy_of="")][
                    "container"
                ],
                "decision": NEW,
            }
        ],
        "vault-permit-missing",
    ),
    "destroyed without a permit": (
        lambda forger: [
            {
                **forger.events[forger.last("vault.destroyed")],
                "container": forger.events[forger.last("vault.sealed", copy_of="")][
                    "container"
                ],
                "decision": NEW,
            }
        ],
        "vault-permit-missing",
    ),
    "destroyed once more": (again("vault.destroyed"), "container-disputed"),
    "an older slot": (again("vault.rewrapped"), "container-disputed"),
}


@DEPTHS
def test_nothing_is_found_in_what_was_done_as_it_should_be(
    kept: Path, options: Options
) -> None:
    institute = Institute(kept, FixedClock(NOON))
    kinds = {event["kind"] for event in history(institute)}
    report = institute.verify(None, options)

    assert {f"vault.{kind}" for kind in WORDS} <= kinds
    assert report.is_sound
    assert not any("vault" in words for words in report.left_out)


@pytest.mark.parametrize("name", FORGERIES)
def test_what_the_gate_never_writes_is_found(own: Institute, name: str) -> None:
    forge, code = FORGERIES[name]
    forger = Forger(own)
    size = len(forger.events)
    forger.append(forge(forger))

    for options in (WHOLE, LOG_ONLY):
        report = own.verify(None, options)
        assert code in told(report)
        places = [found.place.removeprefix("entry ") for found in report.findings]
        assert all(int(place) >= size for place in places)
        assert "rotate-key" in report.next_step


@pytest.mark.parametrize("depth", [(), ("--log-only",)])
def test_an_officer_is_told(
    own: Institute, depth: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Forger(own)
    forger.append(FORGERIES["opened beside nothing"][0](forger))

    words = ("--institute", own.folder, "audit", "verify", *depth)
    done = Ringwall(capsys)(*words, "--format", "json")
    assert done.code == 6
    assert "vault-permit-missing" in done.out + done.err
    assert "rotate-key" in done.out + done.err


@DEPTHS
def test_a_permit_and_all_that_goes_with_it_is_not_told_apart(
    own: Institute, options: Options
) -> None:
    # Whoever forges the decision as well: that is for the witnesses of who asked.
    forger = Forger(own)
    forger.append(renamed(forger.beside("vault.opened", action="weights.read")))

    assert own.verify(None, options).is_sound


@DEPTHS
def test_who_read_may_be_erased_between(own: Institute, options: Options) -> None:
    # As the words are when somebody is back who was erased: under a new token.
    reader = READER["subject"]
    reading = Forger(own).beside("vault.read", subject=reader)
    with closing(own.ledger(writable=True)) as ledger:
        with ledger.store.reading() as connection:
            tokens = tokens_about(connection, reader)
        ledger.append([subject_erased(NOON, tokens, "asked for")])
    Forger(own).append(renamed(reading))

    found = told(own.verify(None, options))
    assert not found & {"vault-permit-missing", "vault-open-missing"}


@DEPTHS
def test_what_was_pruned_is_held_against_nobody(
    own: Institute, options: Options
) -> None:
    size = len(history(own))
    with closing(own.ledger(writable=True)) as ledger:
        late = FixedClock(NOON + YEAR)
        [event] = [ledger.entry(size - 1).event]
        ledger.append([{**event, "at": "2028-11-21T12:00:00Z"}])
        pruned = prune_log(ledger, NOON + 10**8, "a year is over", late)

    report = own.verify(None, options)
    assert pruned.entries > 10
    assert {c for c in told(report) if c.startswith(("vault-", "container-"))} == set()


def test_names_are_told_in_plain_words(own: Institute) -> None:
    forger = Forger(own)
    forger.append(FORGERIES["sealed without a permit"][0](forger))

    messages = [found.message for found in own.verify().findings]
    assert any(f"permits `{CUSTODIAN['subject']}`" in words for words in messages)
