"""Containers as the record tells them; what is against its rules is disputed."""

from typing import Any

import pytest

from ringwall.matters.containers import ContainerRecord, Containers, Verification
from ringwall.model.events import Event
from ringwall.model.vault_events import (
    vault_destroyed,
    vault_rewrapped,
    vault_sealed,
    vault_verified,
)
from tests.matter_events import SEALED

AT = 1_800_000_000_000_000
ONE, TWO, THREE = ("box-" + letter * 20 for letter in "abc")
PLACE = ("weights:aurora-2", "model.safetensors")
ACT = {"decision": "dec-1", "subject": "user:ada"}


def sealed(box: str = ONE, **said: object) -> Event:
    """Return how a container is sealed."""
    return vault_sealed(AT, box, {**SEALED, **said})


def copied(box: str = TWO, **said: object) -> Event:
    """Return how a copy of the first container is made."""
    return sealed(box, **{"copy_of": ONE, "recipient": "site:west", **said})


def rewrapped(generation: int = 2, digit: str = "3", box: str = ONE) -> Event:
    """Return how a container is given another slot."""
    slot = {"slot": digit * 64, "key": "new", "key_kind": "pkcs11"}
    return vault_rewrapped(AT, box, {**slot, "generation": generation, **ACT})


def destroyed(box: str = ONE) -> Event:
    """Return how a container ends."""
    return vault_destroyed(AT, box, {**ACT, "reason": "superseded"})


def verified(run: str, first: int, until: int, total: int = 9) -> Event:
    """Return how chunks of the first container are found right."""
    said: dict[str, Any] = {"run": run, "first": first, "until": until, "total": total}
    return vault_verified(AT, ONE, {**said, "subject": "user:ada"})


def fold(*events: Event) -> Containers:
    """Return what events amount to."""
    containers = Containers()
    for index, event in enumerate(events):
        containers.take_in(index, event)
    return containers


def of(containers: Containers, box: str = ONE) -> ContainerRecord:
    """Return a container that is on record."""
    found = containers.get(box)
    assert found is not None
    return found


def test_what_was_sealed_is_known_by_its_id_its_asset_and_its_file() -> None:
    containers = fold(sealed())
    one = of(containers)

    assert one == ContainerRecord(
        id=ONE,
        index=0,
        at=AT,
        asset=PLACE[0],
        file=PLACE[1],
        header="ab" * 32,
        slot="cd" * 32,
        generation=1,
        key="house",
        key_kind="passphrase",
        bytes=5_000_000,
        sha256="ef" * 32,
        site="site:hub",
    )
    assert one.is_usable
    assert not one.is_copy
    assert containers.current(*PLACE) is one
    assert containers.of("weights:aurora-2") == containers.all() == (one,)


def test_what_nobody_sealed_is_not_there() -> None:
    containers = fold()

    assert containers.get(ONE) is None
    assert containers.current(*PLACE) is None
    assert containers.all() == containers.of("weights:aurora-2") == ()
    assert containers.copies(ONE) == ()


def test_another_container_takes_the_place_of_the_one_that_it_names() -> None:
    containers = fold(sealed(), sealed(TWO, replaces=ONE))

    assert (of(containers).state, of(containers, TWO).state) == ("replaced", "kept")
    assert not of(containers).is_usable
    assert containers.current(*PLACE) is of(containers, TWO)


def test_one_after_the_other_takes_its_place() -> None:
    containers = fold(sealed(), sealed(TWO, replaces=ONE), sealed(THREE, replaces=TWO))

    assert [one.state for one in containers.all()] == ["replaced", "replaced", "kept"]
    assert not any(one.is_disputed for one in containers.all())
    assert containers.current(*PLACE) is of(containers, THREE)


def test_other_files_of_an_asset_have_containers_of_their_own() -> None:
    containers = fold(sealed(), sealed(TWO, file="config.json"))

    assert of(containers).is_usable
    assert of(containers, TWO).is_usable
    assert [one.id for one in containers.of("weights:aurora-2")] == [ONE, TWO]


@pytest.mark.parametrize("replaces", ["", THREE, TWO])
def test_who_does_not_say_what_is_replaced_replaces_nothing(replaces: str) -> None:
    containers = fold(sealed(), sealed(TWO, replaces=replaces))

    assert of(containers, TWO).is_disputed
    assert of(containers).state == "kept"
    # Nobody is given the older one as if the other were not there.
    assert containers.current(*PLACE) is of(containers, TWO)


def test_what_is_disputed_can_be_replaced_and_nothing_comes_back() -> None:
    events = (sealed(), sealed(TWO), sealed(THREE, replaces=TWO), destroyed(THREE))
    containers = fold(*events)

    assert [one.state for one in containers.all()] == [
        *("replaced", "replaced", "destroyed"),
    ]
    assert containers.current(*PLACE) is None


def test_where_nothing_is_kept_nothing_can_be_replaced() -> None:
    assert of(fold(sealed(replaces=TWO))).is_disputed
    assert of(fold(sealed(), destroyed(), sealed(TWO)), TWO).is_usable
    assert of(fold(sealed(), destroyed(), sealed(TWO, replaces=ONE)), TWO).is_disputed


def test_a_copy_is_counted_and_never_the_current_one() -> None:
    containers = fold(sealed(), copied(), copied(THREE, copy_of=TWO))

    assert of(containers, TWO).is_copy
    assert of(containers, TWO).is_usable
    assert [one.id for one in containers.copies(ONE)] == [TWO]
    assert [one.id for one in containers.copies(TWO)] == [THREE]
    assert containers.current(*PLACE) is of(containers)
    assert of(containers, THREE).recipient == "site:west"


@pytest.mark.parametrize(
    "said",
    [
        {"copy_of": THREE},
        {"copy_of": ""},
        {"recipient": ""},
        {"recipient": "org:west"},
        {"recipient": "west"},
        {"replaces": ONE},
        {"asset": "weights:aurora-1"},
        {"file": "other.safetensors"},
        {"bytes": 4},
        {"sha256": "00" * 32},
    ],
)
def test_what_is_no_copy_of_what_it_names_is_disputed(said: dict[str, Any]) -> None:
    assert of(fold(sealed(), copied(**said)), TWO).is_disputed


@pytest.mark.parametrize(
    "before", [(destroyed(),), (sealed(),), (sealed(THREE, replaces=ONE),)]
)
def test_nothing_is_copied_that_can_not_be_opened(before: tuple[Event, ...]) -> None:
    assert of(fold(sealed(), *before, copied()), TWO).is_disputed


def test_a_new_slot_counts_in_place_of_the_one_before() -> None:
    one = of(fold(sealed(), rewrapped(), rewrapped(5, "4")))

    assert (one.generation, one.slot, one.key) == (5, "4" * 64, "new")
    assert one.key_kind == "pkcs11"
    assert one.slots == ("cd" * 32, "3" * 64)
    assert one.is_usable


@pytest.mark.parametrize(
    "odd", [rewrapped(2, "4"), rewrapped(1, "4"), rewrapped(3), rewrapped(3, "x")]
)
def test_a_slot_that_is_no_later_one_is_not_taken(odd: Event) -> None:
    one = of(fold(sealed(), rewrapped(), odd, rewrapped(9, "5")))

    assert one.is_disputed
    assert (one.generation, one.slot) == (2, "3" * 64)


def test_the_slot_of_the_beginning_never_counts_again() -> None:
    back = vault_rewrapped(
        AT,
        ONE,
        {"slot": "cd" * 32, "key": "k", "key_kind": "file", "generation": 3, **ACT},
    )

    assert of(fold(sealed(), rewrapped(), back)).is_disputed


def test_a_replaced_container_is_rewrapped_as_any_other() -> None:
    one = of(fold(sealed(), sealed(TWO, replaces=ONE), rewrapped()))

    assert (one.state, one.generation, one.is_disputed) == ("replaced", 2, False)


def test_what_is_destroyed_stays_so() -> None:
    containers = fold(sealed(), destroyed(), rewrapped(), destroyed())

    assert of(containers).state == "destroyed"
    assert of(containers).generation == 1
    assert of(containers).is_disputed
    assert containers.current(*PLACE) is None
    assert of(fold(sealed(), destroyed())).is_disputed is False
    assert not of(fold(sealed(), destroyed())).is_usable
    assert of(fold(sealed(), destroyed(), destroyed())).is_disputed


def test_what_is_disputed_can_be_destroyed() -> None:
    one = of(fold(sealed(), sealed(), destroyed()))

    assert (one.state, one.is_disputed) == ("destroyed", True)


def test_an_id_is_sealed_once() -> None:
    containers = fold(sealed(), sealed(slot="3" * 64, replaces=ONE))

    assert of(containers).is_disputed
    assert of(containers).slot == "cd" * 32
    assert len(containers.all()) == 1


@pytest.mark.parametrize("early", [rewrapped(), destroyed()])
def test_nothing_is_said_of_a_container_before_it_is_there(early: Event) -> None:
    containers = fold(early, sealed())

    assert of(containers).is_disputed
    assert of(containers).state == "kept"


@pytest.mark.parametrize(
    "said",
    [
        {"asset": "user:ada"},
        {"asset": "aurora-2"},
        {"file": "../../keys/log.key"},
        {"file": ""},
        {"header": "AB" * 32},
        {"slot": ""},
        {"sha256": "ef" * 31},
        {"box": "box-1"},
        {"box": "../" + ONE},
    ],
)
def test_what_no_container_is_called_is_disputed(said: dict[str, Any]) -> None:
    box = said.pop("box", ONE)

    assert of(fold(sealed(box, **said)), box).is_disputed


def test_a_verification_goes_on_where_it_ended() -> None:
    half = fold(sealed(), verified("r", 0, 4))
    whole = fold(sealed(), verified("r", 0, 4), verified("r", 4, 9))

    assert of(half).verifying == Verification("r", 4, 9, AT)
    assert of(half).verified is None
    assert of(whole).verified == Verification("r", 9, 9, AT)
    assert of(whole).verified != of(half).verifying
    assert of(whole).verifying is None
    assert Verification("r", 9, 9, AT).is_whole
    assert not Verification("r", 4, 9, AT).is_whole


def test_of_two_verifications_at_once_each_comes_to_its_end() -> None:
    events = [verified("r", 0, 4), verified("s", 0, 5), verified("r", 4, 9)]
    one = of(fold(sealed(), *events))
    other = of(fold(sealed(), *events, verified("s", 5, 9)))

    assert (one.verified, one.verifying) == (Verification("r", 9, 9, AT), None)
    assert other.verified == Verification("s", 9, 9, AT)


@pytest.mark.parametrize(
    "odd",
    [
        verified("r", 5, 9),
        verified("r", 3, 9),
        verified("s", 4, 9),
        verified("r", 4, 8, 8),
        verified("r", 4, 10),
        verified("r", 4, 4),
        verified("r", 4, 3),
        verified("s", 0, 0, 0),
    ],
)
def test_a_verification_with_a_gap_is_left_out(odd: Event) -> None:
    one = of(fold(sealed(), verified("r", 0, 4), odd))

    assert one.verifying == Verification("r", 4, 9, AT)
    assert one.verified is None
    assert one.is_usable


def test_it_is_known_on_which_permits_something_was_done() -> None:
    containers = fold(sealed(decision="dec-2"), destroyed(), verified("r", 0, 9))

    done = [containers.is_carried_out(f"dec-{number}") for number in range(4)]
    assert done == [False, True, True, False]


def test_nothing_is_verified_that_is_not_there() -> None:
    assert of(fold(verified("r", 0, 9), sealed())).is_usable
    assert of(fold(verified("r", 0, 9), sealed())).verified is None
    assert of(fold(sealed(), destroyed(), verified("r", 0, 9))).verified is None
