"""Shares of custodians: any k of n give the key back, anything else gives nothing."""

from itertools import combinations, pairwise

import pytest
from shamir_mnemonic import Share, generate_mnemonics

from ringwall.base.errors import ConfigurationError, RingwallError
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.shares import SharedKey, combine_shares, make_shared_key

DRAFT = KeyDescription("custodians", "shares", 0, {})
DESCRIBED, SHARES = make_shared_key(DRAFT, 3, 5)
SET = int(DESCRIBED.params["set"])
DATA = b"d" * 32


def _refusal(shares: list[str]) -> RingwallError:
    with pytest.raises(RingwallError) as caught:
        combine_shares(shares, SET, 3)
    # Shares are made of words that errors use too; two in a row are of a share alone.
    said = caught.value.message.lower().split()
    assert not set(pairwise(said)) & {
        pair for share in SHARES for pair in pairwise(share.split())
    }
    return caught.value


def test_any_three_of_five_give_the_same_key_in_any_order() -> None:
    keys = {combine_shares(chosen[::-1], SET, 3) for chosen in combinations(SHARES, 3)}

    assert len(keys) == 1
    assert len(keys.pop()) == 32


def test_more_shares_than_needed_do_no_harm() -> None:
    assert combine_shares(SHARES, SET, 3) == combine_shares(SHARES[:3], SET, 3)


def test_each_share_is_33_words_of_slip_39() -> None:
    assert {len(share.split()) for share in SHARES} == {33}
    assert [Share.from_mnemonic(share).index for share in SHARES] == [0, 1, 2, 3, 4]


def test_shares_are_made_as_the_format_says() -> None:
    shares = [Share.from_mnemonic(share) for share in SHARES]

    assert {share.identifier for share in shares} == {SET}
    assert {(share.group_count, share.group_threshold) for share in shares} == {(1, 1)}
    assert {(share.iteration_exponent, share.extendable) for share in shares} == {
        (0, True)
    }


def test_a_key_in_shares_wraps_and_unwraps() -> None:
    wrapped = SharedKey(DESCRIBED, lambda count: SHARES[:count]).wrap(DATA, b"")
    again = SharedKey(DESCRIBED, lambda count: SHARES[-count:])

    assert again.unwrap(wrapped, b"") == DATA


def test_shares_may_be_spaced_and_capitalized_in_any_way() -> None:
    odd = [f"  {share.upper()} ".replace(" ", "  ") for share in SHARES[:3]]

    assert combine_shares(odd, SET, 3) == combine_shares(SHARES, SET, 3)


def test_fewer_shares_than_needed_give_nothing() -> None:
    refused = _refusal(list(SHARES[:2]))

    assert refused.code == "shares-too-few"
    assert refused.message == "2 of the 3 shares that are needed"


def test_a_share_given_twice_counts_as_no_other() -> None:
    refused = _refusal([SHARES[0], SHARES[1], SHARES[1].upper()])

    assert refused.code == "share-doubled"
    assert refused.message == (
        "share 3 of those given is number 2 of its set, and share 2 was that already"
    )
    assert refused.exit_code == 2


def test_a_share_of_another_key_is_refused() -> None:
    other = make_shared_key(DRAFT, 3, 5)
    while other[0].params["set"] == SET:
        other = make_shared_key(DRAFT, 3, 5)

    refused = _refusal([SHARES[0], SHARES[1], other[1][2]])

    assert refused.code == "share-of-another-set"
    assert refused.exit_code == 6


def test_a_share_of_another_threshold_is_refused() -> None:
    first = Share.from_mnemonic(SHARES[0])
    forged = Share(**{**vars(first), "member_threshold": 2}).mnemonic()

    assert _refusal([forged, *SHARES[1:3]]).code == "share-of-another-set"


@pytest.mark.parametrize(
    "damage",
    [
        lambda words: words[:-1],
        lambda words: [*words[:5], words[6], words[5], *words[7:]],
        lambda words: [*words[:5], "zebra", *words[6:]],
        lambda words: words[:5],
        lambda words: words[:0],
    ],
)
def test_a_share_with_a_wrong_word_is_refused(damage: object) -> None:
    assert callable(damage)
    spoilt = " ".join(damage(SHARES[1].split()))

    refused = _refusal([SHARES[0], spoilt, SHARES[2]])

    assert refused.code == "share-damaged"
    assert "share 2" in refused.message


def test_a_share_that_was_changed_on_purpose_is_found() -> None:
    # Unlike a slip of the pen this one has a right checksum.
    second = Share.from_mnemonic(SHARES[1])
    forged = Share(**{**vars(second), "value": bytes(32)}).mnemonic()

    assert _refusal([SHARES[0], forged, SHARES[2]]).code == "shares-disagree"


def test_a_whole_set_of_another_key_opens_nothing() -> None:
    class _Forger:
        """Gives shares of another key under this one's set."""

        def __call__(self, threshold: int) -> list[str]:
            foreign = generate_mnemonics(1, [(threshold, 5)], bytes(32))[0]
            shares = [Share.from_mnemonic(share) for share in foreign]
            return [
                Share(**{**vars(share), "identifier": SET}).mnemonic()
                for share in shares
            ]

    with pytest.raises(RingwallError) as caught:
        SharedKey(DESCRIBED, _Forger()).wrap(DATA, b"")

    assert caught.value.code == "key-wrong"


@pytest.mark.parametrize(("threshold", "count"), [(0, 0), (1, 3), (4, 3), (2, 17)])
def test_numbers_that_do_not_fit_make_no_key(threshold: int, count: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_shared_key(DRAFT, threshold, count)

    assert caught.value.code == "key-option-refused"
