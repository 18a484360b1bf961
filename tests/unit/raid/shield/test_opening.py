"""Opening a box: k custodians, one asker, one request; wrong shares are told."""

from itertools import combinations

import pytest
from Crypto.Protocol.SecretSharing import Shamir

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import (
    ActRefused,
    IntegrityError,
    RequestError,
    RingwallError,
)
from ringwall.raid.shield.box import Box
from ringwall.raid.shield.identity import NOBODY, Identity
from ringwall.raid.shield.opening import (
    Passed,
    Terms,
    format_passed,
    open_box,
    parse_passed,
    pass_on,
    purpose_digest,
)
from ringwall.raid.shield.sealing import new_private, public_of, seal
from tests.shielded import ASKER, HOUR, MARY, NOW, boxed, private_key, terms

OWN = private_key(ASKER)


def _passed(box: Box, found: Terms, *numbers: int) -> list[Passed]:
    people = [f"user:custodian-{number}" for number in numbers]
    return [pass_on(box, one, private_key(one), found, NOW) for one in people]


@pytest.mark.parametrize("identity", [MARY, NOBODY])
def test_any_k_custodians_open_a_box_to_the_asker(identity: Identity) -> None:
    box = boxed(identity)

    for some in combinations(range(1, 6), 3):
        passed = _passed(box, terms(), *some)
        assert open_box(box, terms(), passed, OWN, NOW).identity == identity


def test_more_than_are_needed_will_do() -> None:
    box = boxed()

    passed = _passed(box, terms(), 5, 4, 3, 2, 1)

    assert open_box(box, terms(), passed, OWN, NOW).identity == MARY


def test_fewer_custodians_open_nothing() -> None:
    box = boxed()

    with pytest.raises(RequestError) as error:
        open_box(box, terms(), _passed(box, terms(), 1, 2), OWN, NOW)

    assert error.value.code == "shares-too-few"


def test_one_share_given_twice_is_refused() -> None:
    box = boxed()

    with pytest.raises(RequestError) as error:
        open_box(box, terms(), _passed(box, terms(), 1, 2, 1), OWN, NOW)

    assert error.value.code == "share-doubled"


def test_nobody_but_the_asker_opens_what_was_passed_on() -> None:
    box = boxed()
    passed = _passed(box, terms(), 1, 2, 3)

    with pytest.raises(RequestError) as error:
        open_box(box, terms(), passed, new_private(), NOW)

    assert error.value.code == "key-of-another"


@pytest.mark.parametrize(
    "other",
    [
        {"request": "idr-bbbbbbbbbbbbbbbb"},
        {"asker": "user:lead-2"},
        {"purpose": purpose_digest("to find them", "none")},
        {"expires": NOW + 2 * HOUR},
        {"key": public_of(new_private())},
    ],
)
def test_a_share_serves_for_the_request_that_it_was_passed_on_for(
    other: dict[str, str],
) -> None:
    box = boxed()
    passed = _passed(box, terms(), 1, 2, 3)

    with pytest.raises(RingwallError) as error:
        open_box(box, terms(**other), passed, OWN, NOW)

    # Of another key no custodian is to blame.
    assert error.value.code == ("key-of-another" if "key" in other else "share-wrong")


def test_a_wrong_share_is_told_by_its_custodian_and_nothing_is_combined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = boxed()
    found = terms()
    first, second, third, fourth = _passed(box, found, 1, 2, 3, 4)
    # As a custodian would do who passes on something else under their own name.
    liar = second._replace(sealed=seal(bytes([2]) + bytes(64), found.key, b"other"))
    stranger = Passed("user:stranger", fourth.sealed)
    swapped = Passed(third.custodian, fourth.sealed)
    monkeypatch.setattr(Shamir, "combine", lambda *_: pytest.fail("was combined"))

    for wrong in (liar, stranger, swapped):
        with pytest.raises(IntegrityError) as error:
            open_box(box, found, [first, fourth, wrong], OWN, NOW)
        assert error.value.code == "share-wrong"
        assert f"`{wrong.custodian}`" in str(error.value)
        assert f"`{first.custodian}`" not in str(error.value)


def test_a_share_that_opens_but_was_never_handed_out_is_told() -> None:
    box = boxed()
    found = terms()
    good = _passed(box, found, 1, 2, 3)
    held = box.shares[2]._replace(commitment="0" * 64)
    other = box._replace(shares=(*box.shares[:2], held, *box.shares[3:]))

    with pytest.raises(IntegrityError) as error:
        pass_on(other, held.custodian, private_key(held.custodian), found, NOW)
    assert error.value.code == "share-wrong"

    # The box that the asker has is another than the custodians had: all are told.
    with pytest.raises(IntegrityError) as opening:
        open_box(other, found, good, OWN, NOW)
    assert opening.value.code == "share-wrong"


def test_a_share_with_another_number_than_its_custodian_has_is_told() -> None:
    box = boxed()
    found = terms()
    good = _passed(box, found, 1, 2)
    moved = box._replace(shares=(*box.shares[:3], box.shares[4], box.shares[3]))
    four = "user:custodian-4"

    with pytest.raises(IntegrityError) as error:
        pass_on(moved, four, private_key(four), found, NOW)
    assert error.value.code == "share-wrong"
    assert len(good) == 2


def test_a_lie_that_is_sealed_as_it_should_be_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has the program may pass on any 65 bytes; the commitment tells."""
    box = boxed()
    found = terms()
    good = _passed(box, found, 1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(
            "ringwall.raid.shield.opening.format_share",
            lambda share: bytes([share.number]) + bytes(64),
        )
        lie = _passed(box, found, 3)

    with pytest.raises(IntegrityError) as error:
        open_box(box, found, [*good, *lie], OWN, NOW)

    assert "`user:custodian-3`" in str(error.value)


def test_another_key_than_the_share_is_sealed_to_is_told() -> None:
    box = boxed()

    with pytest.raises(IntegrityError) as error:
        pass_on(box, "user:custodian-1", new_private(), terms(), NOW)

    assert error.value.code == "share-not-opened"


def test_who_holds_no_share_passes_none_on() -> None:
    with pytest.raises(ActRefused) as error:
        pass_on(boxed(), "user:stranger", OWN, terms(), NOW)

    assert error.value.code == "no-custodian-of-box"


def test_a_request_that_has_run_out_opens_nothing() -> None:
    box = boxed()
    passed = _passed(box, terms(), 1, 2, 3)
    late = NOW + HOUR

    with pytest.raises(ActRefused) as passing:
        pass_on(box, "user:custodian-1", OWN, terms(), late)
    with pytest.raises(ActRefused) as opening:
        open_box(box, terms(), passed, OWN, late)

    assert passing.value.code == opening.value.code == "identity-request-expired"
    assert open_box(box, terms(), passed, OWN, late - 1).identity == MARY


def test_the_box_of_another_report_is_not_opened() -> None:
    with pytest.raises(IntegrityError) as error:
        open_box(boxed(), terms(report="report:r-bbbbbbbbbb"), [], OWN, NOW)

    assert error.value.code == "box-damaged"


def test_passed_shares_are_of_one_size_and_read_back() -> None:
    found = terms()
    sizes = set()
    for who in (MARY, NOBODY):
        for passed in _passed(boxed(who), found, 1, 2, 3):
            data = format_passed(passed, found)
            sizes.add(len(data))
            assert parse_passed(data, found.request) == passed

    assert len(sizes) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"request": "idr-bbbbbbbbbbbbbbbb"},
        {"sealed": "AAAA"},
        {"sealed": None},
        {"v": 2},
        {"spare": 1},
        None,
    ],
)
def test_what_is_no_share_for_the_request_is_refused(
    change: dict[str, str] | None,
) -> None:
    found = terms()
    whole = format_passed(_passed(boxed(), found, 1)[0], found)
    told = {"v": 1, "request": found.request, "custodian": "x", "sealed": "AAAA"}
    data = whole[:-1] if change is None else dump_canonical(told | change)

    with pytest.raises(RingwallError) as error:
        parse_passed(data, found.request)

    assert error.value.code == "share-malformed"
