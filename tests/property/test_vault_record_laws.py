"""Any history of a vault: verification tells of what is wrong in it, and nothing else.

What people do is played as the gate and the desks would record it; then one thing is
written otherwise, as only a holder of the log's key can.
"""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.model.events import Event
from tests.oracle import containers as slow
from tests.property.test_container_laws import HISTORIES
from tests.unit.ledger.verification.vault_log import (
    BOX,
    COPY,
    SIZE,
    codes,
    destroyed,
    opened,
    permit,
    read,
    rewrapped,
    sealed,
    skimmed,
    walked,
)

pytestmark = pytest.mark.usefixtures("uncounted")

ACTIONS: Final = {
    "vault.sealed": "weights.seal",
    "vault.rewrapped": "weights.rewrap",
    "vault.destroyed": "weights.delete",
}


def permitted(events: list[Event]) -> list[Event]:
    """Return events of containers, each act of them behind a permit of its own."""
    found: list[Event] = []
    assets: dict[str, str] = {}
    for number, event in enumerate(events):
        act = event
        if event["kind"] in ACTIONS:
            asset = event.get("asset", assets.get(event["container"], ""))
            assets.setdefault(event["container"], asset)
            action = "weights.copy" if event.get("copy_of") else ACTIONS[event["kind"]]
            who = {"subject": event["subject"], "resource": asset}
            found.append(permit(f"dec-{number}", action, **who))
            act = {**event, "decision": f"dec-{number}"}
        found.append(act)
    return found


@given(HISTORIES)
def test_of_containers_it_is_told_what_a_slow_reader_disputes(
    events: list[Event],
) -> None:
    log = permitted(events)
    taken = slow.judged([e for e in log if e["kind"] in {*ACTIONS, slow.VERIFIED}])
    boxes = {event["container"] for event, _ in taken}
    disputed = {box for box in boxes if slow.is_disputed(box, taken)}

    for way in (walked, skimmed):
        told = [
            log[int(place.removeprefix("entry "))]["container"]
            for code, place in codes(log, way)
            if code == "container-disputed"
        ]
        assert set(told) == disputed
        known = {event["container"] for event in slow.sealings(taken)}
        rest = {place for code, place in codes(log, way) if code[:5] == "vault"}
        assert all(log[int(p[6:])]["container"] in disputed for p in rest)
        assert disputed >= boxes - known - verified_alone(taken)


def verified_alone(taken: slow.Taken) -> set[str]:
    """Return the containers of which nothing was told but verifications."""
    acts = {event["container"] for event, _ in taken if event["kind"] in ACTIONS}
    return {event["container"] for event, _ in taken} - acts


@st.composite
def sessions(draw: st.DrawFn) -> list[Event]:
    """Draw what people do with one file: right, from the first entry to the last."""
    events = sealed("dec-seal")
    opens: dict[str, tuple[str, set[int]]] = {}
    replaced = False
    for number in range(draw(st.integers(1, 12))):
        name = f"dec-{number}"
        act = draw(st.sampled_from(["open", "read", "read", "read", "slot", "seal"]))
        if act == "open" and not replaced:
            action = draw(st.sampled_from(["weights.read", "weights.load"]))
            opens[name] = (action, set())
            events += opened(name, action)
        elif act == "read" and opens:
            of = draw(st.sampled_from(sorted(opens)))
            events += read_of(draw, name, of, *opens[of])
        elif act == "slot":
            slot = f"{number:064x}"
            events += rewrapped(name, slot=slot, generation=number + 2)
        elif act == "seal" and not replaced:
            replaced = True
            events += sealed(name, COPY, replaces=BOX)
    if draw(st.booleans()):
        events += destroyed("dec-end")
    return events


def read_of(
    draw: st.DrawFn, name: str, of: str, action: str, seen: set[int]
) -> list[Event]:
    """Draw a reading, which takes what was not read before off the budgets."""
    start = draw(st.integers(0, SIZE))
    stop = draw(st.integers(start, SIZE))
    fresh = set(range(start, stop)) - seen
    seen |= fresh
    size = len(fresh) if action == "weights.read" else 0
    return read(name, start, stop, size, of=of, action=action)


@given(sessions())
def test_of_what_is_done_as_it_should_be_nothing_is_told(events: list[Event]) -> None:
    assert codes(events, walked) == []
    assert codes(events, skimmed) == []


WORDS: Final[dict[str, Any]] = {
    "decision": "dec-x",
    "opened": "dec-x",
    "subject": "org:eve",
    "action": "weights.export",
    "resource": "weights:other",
    "point": "point:other",
    "container": "box-" + "z" * 20,
    "stop": SIZE + 1,
    "effect": "deny",
    "id": "dec-y",
    "bytes": 0,
    "generation": 1,
    "asset": "weights:other",
    "replaces": "box-" + "z" * 20,
    "copy_of": "box-" + "z" * 20,
}


def is_in_vain(event: Event, name: str) -> bool:
    """Return whether nobody can tell that an event says something else.

    An act names no point, budgets heed what left and not what was asked, and a
    container that nothing else names may be any.
    """
    if event["kind"] == "decision.made":
        return name in {"point", "bytes"}
    is_last = event["kind"] == "vault.sealed" and event["container"] == COPY
    return is_last and name in {"container", "bytes"}


@given(sessions(), st.data())
def test_whatever_else_an_entry_says_is_told(
    events: list[Event], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    event = events[at]
    names = [
        name
        for name in sorted(WORDS.keys() & event.keys())
        if event[name] != WORDS[name] and not is_in_vain(event, name)
    ]
    name = data.draw(st.sampled_from(names))
    forged = [*events[:at], {**event, name: WORDS[name]}, *events[at + 1 :]]
    if event["kind"] == "vault.sealed" and name in {"container", "bytes"}:
        # Of another container, or a shorter one, it is told by who reads this one.
        forged += opened("dec-1st") + read("dec-2nd", 0, 1, of="dec-1st")

    assert codes(forged, walked)
    assert codes(forged, walked) == codes(forged, skimmed)
