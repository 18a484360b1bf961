"""Any history of containers: the fold tells what a slow reader works out of it all."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.matters.containers import Containers, Verification
from ringwall.model.events import Event
from ringwall.model.vault_events import (
    vault_destroyed,
    vault_rewrapped,
    vault_sealed,
    vault_verified,
)
from tests.matter_events import SEALED
from tests.oracle import containers as slow

pytestmark = pytest.mark.usefixtures("uncounted")

AT: Final = 1_800_000_000_000_000
BOXES: Final = ["box-" + letter * 20 for letter in "abcd"]
PLACES: Final = [("weights:one", "a"), ("weights:one", "b"), ("weights:two", "a")]
DIGESTS: Final = [digit * 64 for digit in "012"]
ACT: Final = {"decision": "dec-1", "subject": "user:ada"}


@st.composite
def sealings(draw: st.DrawFn) -> Event:
    """Draw how a container is sealed, most times as it should be."""
    asset, file = draw(st.sampled_from(PLACES))
    said: dict[str, Any] = {
        **SEALED,
        "asset": asset,
        "file": file,
        "slot": draw(st.sampled_from(DIGESTS)),
        "sha256": draw(st.sampled_from(DIGESTS[:1] * 5 + DIGESTS[1:])),
    }
    odd = draw(st.integers(0, 9))
    if odd < 4:
        said["replaces"] = draw(st.sampled_from(BOXES))
    elif odd < 7:
        said["copy_of"] = draw(st.sampled_from(BOXES))
        said["recipient"] = draw(st.sampled_from(["site:hub", "site:hub", "", "org:x"]))
    elif odd == 7:
        said["header"] = "none"
    return vault_sealed(AT, draw(st.sampled_from(BOXES)), said)


@st.composite
def acts(draw: st.DrawFn) -> Event:
    """Draw what is done to a container, known or not."""
    box = draw(st.sampled_from(BOXES))
    act = draw(st.sampled_from(["slot", "slot", "end", "run", "run", "run"]))
    if act == "slot":
        slot = draw(st.sampled_from([*(digit * 64 for digit in "3456"), "x"]))
        said = {"slot": slot, "generation": draw(st.integers(1, 4))}
        return vault_rewrapped(AT, box, {**said, "key": "k", "key_kind": "file", **ACT})
    if act == "end":
        return vault_destroyed(AT, box, {**ACT, "reason": "over"})
    first = draw(st.integers(0, 2))
    span = {"first": first, "until": first + draw(st.integers(0, 2))}
    run = {"run": draw(st.sampled_from("rs")), "total": draw(st.sampled_from([2, 3]))}
    return vault_verified(AT, box, {**run, **span, "subject": "user:ada"})


HISTORIES: Final = st.lists(st.one_of(sealings(), sealings(), acts()), max_size=14)


def told(one: Verification | None) -> tuple[str, int, int] | None:
    """Return a verification as the slow reader has it."""
    return None if one is None else (one.run, one.until, one.total)


@given(HISTORIES)
def test_the_fold_tells_what_the_events_amount_to(events: list[Event]) -> None:
    fold = Containers()
    for index, event in enumerate(events):
        fold.take_in(index, event)
    taken = slow.judged(events)

    known = [event["container"] for event in slow.sealings(taken)]
    assert [one.id for one in fold.all()] == known
    for one in fold.all():
        assert one.is_disputed == slow.is_disputed(one.id, taken)
        assert one.state == slow.state(one.id, taken)
        assert one.is_usable == slow.is_usable(one.id, taken)
        assert (one.generation, one.slot) == slow.slots(one.id, taken)[-1]
        assert list(one.slots) == [slot for _, slot in slow.slots(one.id, taken)[:-1]]
        assert (told(one.verified), told(one.verifying)) == slow.runs(one.id, taken)
    for asset, file in PLACES:
        latest = fold.current(asset, file)
        assert slow.current((asset, file), taken) == (latest.id if latest else "")
    for box in BOXES:
        made = [e for e in slow.sealings(taken) if e["copy_of"] == box]
        assert [one.id for one in fold.copies(box)] == [e["container"] for e in made]


@given(HISTORIES, HISTORIES)
def test_what_is_disputed_or_destroyed_stays_so(
    before: list[Event], after: list[Event]
) -> None:
    fold = Containers()
    for index, event in enumerate(before):
        fold.take_in(index, event)
    lost = {one.id for one in fold.all() if one.is_disputed}
    gone = {one.id for one in fold.all() if one.state == "destroyed"}
    for index, event in enumerate(after, len(before)):
        fold.take_in(index, event)

    assert lost <= {one.id for one in fold.all() if one.is_disputed}
    assert gone <= {one.id for one in fold.all() if one.state == "destroyed"}
