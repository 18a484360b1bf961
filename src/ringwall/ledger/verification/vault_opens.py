"""Whether each opening and reading of a container stands beside a permit of its own.

Keeps what was opened and which bytes of it were read. Must never let bytes that were
handed out go uncounted because another reading, of something else, was counted.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, Protocol

from ringwall.model.events import Event

__all__ = ["Beside", "KnownContainer", "RestsOn", "Told", "VaultOpens"]

_PERMIT: Final = "permit"
_OPENED: Final = "vault.opened"
# Whatever is loaded stays within a process: it leaves through nothing.
_LOAD: Final = "weights.load"
# What both say in the same transaction, so in the same words.
_SHARED: Final = ("subject", "resource", "point")


class KnownContainer(Protocol):
    """What is on record of a container."""

    @property
    def asset(self) -> str:
        """Id of the asset."""
        ...

    @property
    def bytes(self) -> int:
        """Length of the plaintext."""
        ...

    @property
    def state(self) -> str:
        """`kept`, `replaced` or `destroyed`."""
        ...

    @property
    def is_disputed(self) -> bool:
        """Whether something on record of it is against the rules."""
        ...


class Beside(NamedTuple):
    """The decision in whose transaction an event stands.

    Attributes:
        idx: of its entry.
        decision: the event.
        amounts: what it took off the budgets, as the entries behind it tell.
    """

    idx: int
    decision: Event
    amounts: tuple[Event, ...]


RestsOn = Literal["beside", "matters", "log"]
"""What says that something is wrong: the entries beside it, which are there; all that
decisions rest on, which no pruning takes away; or any entry before it."""


class Told(NamedTuple):
    """What is wrong with an entry.

    Attributes:
        code: of the finding.
        message: in words.
        rests_on: where any of that is gone, it is not told.
    """

    code: str
    message: str
    rests_on: RestsOn = "beside"


class _Opening(NamedTuple):
    """What an opening was for: shared by all that were for the same."""

    action: str
    container: str
    subject: str
    resource: str
    point: str


class VaultOpens:
    """Takes in `vault.opened` and `vault.read` in the order of the log.

    Args:
        is_same: tells whether two texts may name one person.
    """

    def __init__(self, is_same: Callable[[object, object], bool]) -> None:
        self._is_same = is_same
        self._shared: dict[_Opening, _Opening] = {}
        # Decision -> what it opened; and of what was read the ends of its ranges.
        self._opened: dict[str, _Opening] = {}
        self._read: dict[str, list[int]] = {}
        self._last = -1

    def take(
        self, event: Event, beside: Beside | None, known: KnownContainer | None
    ) -> list[Told]:
        """Return what is wrong with an event, nothing if all is right.

        Args:
            event: has been read and projected without fault.
            beside: the decision before it; None if entries there are gone.
            known: what is on record of the container; None for nothing.
        """
        told = _closed(event, known)
        if beside is not None:
            told += self._judge_permit(event, beside)
        if event["kind"] == _OPENED:
            self._open(event)
        else:
            told += self._judge_read(event, beside, known)
        return told

    def _judge_permit(self, event: Event, beside: Beside) -> list[Told]:
        if not _is_permit_of(event, beside.decision):
            message = (
                f"the decision in whose transaction it stands is no permit that lets "
                f"`{event['container']}` be "
                f"{'opened' if event['kind'] == _OPENED else 'read'} as it says"
            )
            return [Told("vault-permit-missing", message)]
        if beside.idx == self._last:
            message = f"`{event['decision']}` was for one opening, or one range"
            return [Told("vault-permit-reused", message)]
        self._last = beside.idx
        return []

    def _open(self, event: Event) -> None:
        opening = _opening(event, event["action"])
        self._opened[event["decision"]] = self._shared.setdefault(opening, opening)

    def _judge_read(
        self, event: Event, beside: Beside | None, known: KnownContainer | None
    ) -> list[Told]:
        opened = self._opened.get(event["opened"])
        told = []
        if not self._is_of(event, opened, beside):
            message = (
                f"`{event['opened']}`, that it goes on from, opened no "
                f"`{event['container']}` before for the same use"
            )
            rests_on: RestsOn = "log" if opened is None else "beside"
            told.append(Told("vault-open-missing", message, rests_on))
        start, stop = event["start"], event["stop"]
        if start > stop or (known is not None and stop > known.bytes):
            message = f"bytes {start} to {stop} are no range of the file"
            return [*told, Told("vault-range-outside", message)]
        fresh = min(stop - start, 1)
        if opened is not None:
            fresh = _fresh(self._read.setdefault(event["opened"], []), start, stop)
        if beside is not None:
            told += _unpaid(event, beside, fresh)
        return told

    def _is_of(
        self, event: Event, opened: _Opening | None, beside: Beside | None
    ) -> bool:
        """Return whether what is read was opened, for the same and by the same."""
        if opened is None:
            return False
        if beside is not None and beside.decision.get("action") != opened.action:
            return False
        names = ("container", "resource", "point")
        is_there = all(event[name] == getattr(opened, name) for name in names)
        return is_there and self._is_same(event["subject"], opened.subject)


def _opening(event: Event, action: str) -> _Opening:
    names = ("container", "subject", "resource", "point")
    return _Opening(action, *(event[name] for name in names))


def _closed(event: Event, known: KnownContainer | None) -> list[Told]:
    """Return that nothing could be opened there, if it could not.

    What was opened before another container took its place may be read to the end.
    """
    box = event["container"]
    if known is None or known.asset != event["resource"]:
        message = f"`{box}` was on record as no container of `{event['resource']}`"
    elif known.is_disputed:
        message = f"what is on record of `{box}` was against the rules"
    elif known.state == "destroyed":
        message = f"`{box}` was destroyed"
    elif known.state == "replaced" and event["kind"] == _OPENED:
        message = f"another container had taken the place of `{box}`"
    else:
        return []
    return [Told("container-closed", message, "matters")]


def _is_permit_of(event: Event, decision: Event) -> bool:
    """Return whether a decision is the permit that an event of the vault names."""
    wanted = {name: event[name] for name in _SHARED}
    wanted |= {"id": event["decision"], "effect": _PERMIT}
    if event["kind"] == _OPENED:
        wanted |= {"action": event["action"], "continues": ""}
    else:
        wanted["continues"] = event["opened"]
    said = {"continues": "", **decision}
    return all(said.get(name) == value for name, value in wanted.items())


def _unpaid(event: Event, beside: Beside, fresh: int) -> list[Told]:
    """Return that bytes were handed out and not taken off the budgets, if so."""
    names = ("decision", *_SHARED)
    taken = sum(
        amount["bytes"]
        for amount in beside.amounts
        if all(amount[name] == event[name] for name in names)
    )
    needed = 0 if beside.decision.get("action") == _LOAD else fresh
    if taken >= needed:
        return []
    message = (
        f"it hands out {needed} bytes that were not read before, and the permit takes "
        f"{taken} off the budgets"
    )
    return [Told("vault-amount-missing", message)]


def _fresh(ends: list[int], start: int, stop: int) -> int:
    """Return how many bytes of a range are in none before; put it in.

    Args:
        ends: start and stop of each range there was, in order and apart.
        start: first byte.
        stop: the one behind the last.
    """
    if start == stop:
        return 0
    first, last = bisect_left(ends, start), bisect_right(ends, stop)
    within = [*[start] * (first % 2), *ends[first:last], *[stop] * (last % 2)]
    ends[first:last] = [*[start] * (1 - first % 2), *[stop] * (1 - last % 2)]
    return stop - start - (sum(within[1::2]) - sum(within[::2]))
