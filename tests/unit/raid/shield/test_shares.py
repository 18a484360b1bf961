"""Shares of a key: vectors of another implementation, and what fewer shares tell."""

from collections import Counter
from itertools import combinations
from secrets import token_bytes

import pytest
from Crypto.Protocol.SecretSharing import Shamir

from ringwall.raid.shield.shares import (
    SHARE_BYTES,
    Share,
    combine,
    commitment_of,
    format_share,
    is_committed,
    parse_share,
    split,
)

# Made by `ssss-split -x -s 128 -D -Q -t 3 -n 5` and `-t 5 -n 8` (ssss 0.5), which is
# another program in another language.
FIRST = "000102030405060708090a0b0c0d0e0f"
SECOND = "6c7fab1c4e0d2f5a9b8877665544332e"
FROM_SSSS = {
    (3, FIRST): (
        "a5f011d813ca938ba2161ca787f38902",
        "507bd70349876a13c6bf22ce30b16247",
        "f58ac4d85e48ff9f6ca03462bb4fe54c",
        "ce9762da1774c218ff454df1d8705db3",
        "6b66710100bb5794555a5b5d538edaaa",
    ),
    (3, SECOND): (
        "e06142af814a3959c21329e7249aed10",
        "50ac2d059de468331df1bc97da6c6fb4",
        "dcb2c4b652a37e30446ae216abb2b18c",
        "8661f2d6dc420c3542463b48f9430be6",
        "0a7f1b6513051a361bdd65c9889dd5cc",
    ),
    (5, FIRST): (
        "2b5f38fa6fb3f591ade91f035df113fc",
        "0754ef10e192efbad281173c94f21476",
        "187c9f13737a5df59da571ab1bb2dafc",
        "7ef435eaa497c189e6093aabdf15c65f",
        "ec9fb10dd8e4b6cb3d7006e3496331d2",
        "da138f2e8bf226fb6aa2bb62b20c45b9",
        "7c0e41330edf10605b1ff4b5fac6614d",
        "9d2c582763bf49e6149ce17854146662",
    ),
    (5, SECOND): (
        "40bc19e27d641dfedc32853f3a1ea722",
        "bf4e1891301aacac55a9559fe5afa303",
        "96043b112953b1cc4a2289ff37105b74",
        "ab161184e28a7899b6c6601cce61216c",
        "9ae0c47e2d23aaa421da76d02d64dd12",
        "546b29f8cd9c854db96e332891a1d049",
        "60146d7c281578b476430bddcf41404c",
        "45905d37926842f46306c5cb6267f7e8",
    ),
}
KEY = bytes(range(32))
REPORT = "report:r-aaaaaaaaaa"


def _commitments(shares: tuple[Share, ...]) -> dict[int, str]:
    return {share.number: commitment_of(share, REPORT) for share in shares}


@pytest.mark.parametrize("threshold", [3, 5])
def test_any_shares_that_ssss_made_give_the_key_back(threshold: int) -> None:
    """Two secrets that ssss split are the halves of one key here."""
    first, second = FROM_SSSS[threshold, FIRST], FROM_SSSS[threshold, SECOND]
    shares = tuple(
        Share(number, bytes.fromhex(left + right), bytes(32))
        for number, (left, right) in enumerate(zip(first, second, strict=True), 1)
    )

    for some in combinations(shares, threshold):
        key = combine(some, threshold, _commitments(shares), REPORT)
        assert key.hex() == FIRST + SECOND


def test_shares_made_here_lie_on_a_curve_as_ssss_draws_it() -> None:
    """Each further share follows from the first ones by interpolation alone."""
    shares = split(KEY, 3, 5)

    for some in combinations(shares, 3):
        assert combine(some, 3, _commitments(shares), REPORT) == KEY


@pytest.mark.parametrize(
    ("key", "threshold", "count"),
    [(KEY, 1, 3), (KEY, 4, 3), (KEY, 3, 17), (KEY[:16], 2, 3)],
)
def test_numbers_that_protect_nothing_are_refused(
    key: bytes, threshold: int, count: int
) -> None:
    with pytest.raises(ValueError, match="a key of"):
        split(key, threshold, count)


def test_too_few_shares_or_one_twice_are_refused() -> None:
    shares = split(KEY, 3, 5)

    for some in (shares[:2], (shares[0], shares[0], shares[1])):
        with pytest.raises(ValueError, match="different shares"):
            combine(some, 3, _commitments(shares), REPORT)


def test_a_wrong_share_is_told_and_nothing_combined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = split(KEY, 3, 5)
    wrong = shares[1]._replace(value=token_bytes(32))
    monkeypatch.setattr(Shamir, "combine", lambda *_: pytest.fail("was combined"))

    with pytest.raises(ValueError, match="share 2 is not"):
        combine([shares[0], wrong, shares[2]], 3, _commitments(shares), REPORT)


@pytest.mark.parametrize("part", ["number", "value", "blind", "bound"])
def test_a_commitment_binds_all_of_a_share(part: str) -> None:
    share = split(KEY, 2, 3)[0]
    commitment = commitment_of(share, REPORT)
    other = {
        "number": share._replace(number=2),
        "value": share._replace(value=bytes(32)),
        "blind": share._replace(blind=bytes(32)),
    }.get(part, share)

    assert is_committed(share, commitment, REPORT)
    bound = "report:r-bbbbbbbbbb" if part == "bound" else REPORT
    assert not is_committed(other, commitment, bound)
    assert not is_committed(share, "", REPORT)


def test_a_share_is_of_one_size_and_reads_back() -> None:
    share = split(KEY, 2, 3)[2]

    assert len(format_share(share)) == SHARE_BYTES
    assert parse_share(format_share(share)) == share


@pytest.mark.parametrize(
    "data", [b"", bytes(SHARE_BYTES), b"\x11" * SHARE_BYTES, b"\1" * 64]
)
def test_what_is_no_share_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="a share has"):
        parse_share(data)


def test_fewer_shares_fit_every_key_equally_well() -> None:
    """To k-1 shares and any key at all there is just one k-th share that gives it."""
    shares = split(KEY, 3, 5)
    known = [(one.number, one.value[:16]) for one in shares[:2]]

    for guess in (bytes(16), b"\xff" * 16, KEY[:16], token_bytes(16)):
        # The curve through both shares and the guessed secret has a point at 3.
        third = _point_at(3, 3, [*known, (0, guess)])
        assert Shamir.combine([*known, (3, third)], ssss=True) == guess


def test_shares_of_two_keys_are_spread_alike() -> None:
    """One share of two: its first byte, over 2,000 boxes each, is spread evenly."""
    counts = [
        Counter(split(key, 2, 2)[0].value[0] >> 4 for _ in range(2_000))
        for key in (bytes(32), b"\xff" * 32)
    ]
    for count in counts:
        # Chi square, 15 degrees of freedom: 50 is passed by chance once in 90,000.
        assert sum((count[at] - 125) ** 2 / 125 for at in range(16)) < 50


def _point_at(at: int, degree: int, points: list[tuple[int, bytes]]) -> bytes:
    """Return the value at a place of a curve like that of ssss, by Lagrange's rule.

    Slow and plain, in GF(2^128) with the polynomial x^128 + x^7 + x^2 + x + 1.
    """
    total = 0
    for x, y in points:
        top = bottom = 1
        for other, _ in points:
            if other != x:
                top, bottom = _times(top, at ^ other), _times(bottom, x ^ other)
        value = int.from_bytes(y, "big") ^ _power(x, degree)
        total ^= _times(value, _times(top, _power(bottom, 2**128 - 2)))
    return (total ^ _power(at, degree)).to_bytes(16, "big")


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left >> 128:
            left ^= (1 << 128) | 0x87
        right >>= 1
    return product


def _power(base: int, exponent: int) -> int:
    result = 1
    while exponent:
        if exponent & 1:
            result = _times(result, base)
        base = _times(base, base)
        exponent >>= 1
    return result
