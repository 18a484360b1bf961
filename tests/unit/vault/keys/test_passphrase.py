"""Keys made of passphrases: costly to guess, and never costlier than allowed."""

import hashlib
import unicodedata
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.vault.keys import passphrase as module
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.passphrase import (
    DEFAULT_N,
    MIN_PASSPHRASE,
    PassphraseKey,
    ScryptCost,
    check_passphrase,
    generate_passphrase,
    make_passphrase_key,
)
from ringwall.vault.keys.provider import Wrapped

WORDS = "a horse that eats no hay at all"
DRAFT = KeyDescription("one", "passphrase", 0, {})
SALT = bytes(range(16))
FAST = ScryptCost(SALT, 2**4)
DATA = b"d" * 32


def test_a_key_is_what_the_standard_library_derives() -> None:
    expected = hashlib.scrypt(WORDS.encode(), salt=SALT, n=16, r=8, p=1, dklen=32)

    assert FAST.derive(WORDS) == expected


def test_a_passphrase_is_the_same_however_its_accents_are_coded() -> None:
    composed = "caf\u00e9"

    assert FAST.derive(composed) == FAST.derive(unicodedata.normalize("NFD", composed))


def test_new_keys_cost_128_mib() -> None:
    cost = ScryptCost(SALT)

    assert (cost.n, cost.r, cost.p) == (DEFAULT_N, 8, 1) == (2**17, 8, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"n": 0},
        {"n": 1},
        {"n": 3},
        {"n": -2},
        {"n": 2**21},
        {"r": 0},
        {"n": 2**20, "r": 9},
        {"n": 2, "r": 33},
        {"n": 2, "r": 2**22},
        {"n": 2, "r": 2**30},
        {"n": 2**16, "r": 1},
        {"n": 2**20, "r": 1},
        {"p": 0},
        {"p": 17},
        {"n": 2**20, "r": 8, "p": 3},
        {"n": 2**18, "r": 8, "p": 9},
        {"n": 2**17, "r": 32, "p": 5},
        {"salt": bytes(15)},
        {"salt": bytes(17)},
    ],
)
def test_a_cost_outside_the_limits_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says another thing
        ScryptCost(**{"salt": SALT, **values})


def test_the_most_that_may_be_asked_is_one_gib_and_16_times_the_usual_time() -> None:
    assert 128 * ScryptCost(SALT, 2**20, 8, 2).n * 8 == 2**30
    assert ScryptCost(SALT, DEFAULT_N, 8, 16).n * 8 * 16 == 2**24
    assert ScryptCost(SALT, 2**15, 32, 16).n * 32 * 16 == 2**24


def test_what_is_just_within_the_limits_is_derived() -> None:
    for n, r, p in ((2, 1, 1), (2**15, 1, 1), (2, 32, 16)):
        expected = hashlib.scrypt(WORDS.encode(), salt=SALT, n=n, r=r, p=p, dklen=32)
        assert ScryptCost(SALT, n, r, p).derive(WORDS) == expected


@pytest.mark.parametrize(
    "edit",
    [
        {"n": "16"},
        {"n": True},
        {"r": 8.0},
        {"salt": 5},
        {"salt": "no base64"},
        {"more": 1},
    ],
)
def test_parameters_that_are_none_are_refused(edit: dict[str, Any]) -> None:
    assert ScryptCost.of(FAST.params()) == FAST

    with pytest.raises(ValueError):  # noqa: PT011 - each says another thing
        ScryptCost.of({**FAST.params(), **edit})


def test_parameters_that_are_lacking_are_refused() -> None:
    params = FAST.params()
    del params["p"]

    with pytest.raises(ValueError, match="n, p, r and salt"):
        ScryptCost.of(params)


def test_a_mistyped_passphrase_wraps_and_opens_nothing() -> None:
    described = make_passphrase_key(DRAFT, WORDS, 2**14)
    wrapped = PassphraseKey(described, lambda: WORDS).wrap(DATA, b"")
    wrong = PassphraseKey(described, lambda: WORDS + "!")

    for use in (lambda: wrong.wrap(DATA, b""), lambda: wrong.unwrap(wrapped, b"")):
        with pytest.raises(IntegrityError) as caught:
            use()
        assert caught.value.code == "key-wrong"
        assert WORDS not in str(caught.value)


def test_a_container_tells_all_that_the_passphrase_needs() -> None:
    # The same words under another salt, e.g. of a keyring that was lost.
    before = make_passphrase_key(DRAFT, WORDS, 2**14)
    wrapped = PassphraseKey(before, lambda: WORDS).wrap(DATA, b"")
    asked: list[str] = []

    def ask() -> str:
        asked.append(WORDS)
        return WORDS

    now = PassphraseKey(make_passphrase_key(DRAFT, WORDS, 2**14), ask)

    assert now.unwrap(wrapped, b"") == DATA
    assert now.unwrap(wrapped, b"") == DATA
    assert now.unwrap(now.wrap(DATA, b""), b"") == DATA
    assert asked == [WORDS]


@pytest.mark.parametrize(
    "edit",
    [
        {"n": 2**40},
        {"p": 10**6},
        {"n": "16"},
        {"n": 2**16, "r": 1},
        {"n": 2, "r": 2**22, "p": 16},
        {"n": 2**20, "p": 16},
    ],
)
def test_a_container_can_not_ask_for_memory_or_time_beyond_the_limits(
    edit: dict[str, Any],
) -> None:
    described = make_passphrase_key(DRAFT, WORDS, 2**14)
    key = PassphraseKey(described, lambda: WORDS)
    wrapped = key.wrap(DATA, b"")

    with pytest.raises(IntegrityError) as caught:
        key.unwrap(Wrapped({**wrapped.params, **edit}, wrapped.blob), b"")

    assert caught.value.code == "key-params-refused"


class NoMemory:
    """What the library does where the memory can't be had."""

    def __init__(self, *_: object) -> None:
        pass

    def derive(self, _: bytes) -> bytes:
        raise MemoryError("not enough memory to derive key")


def test_memory_that_can_not_be_had_is_told_as_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described = make_passphrase_key(DRAFT, WORDS, 2**14)
    wrapped = PassphraseKey(described, lambda: WORDS).wrap(DATA, b"")
    other = Wrapped({**wrapped.params, "n": 2**15}, wrapped.blob)
    monkeypatch.setattr(module, "Scrypt", NoMemory)

    for one in (wrapped, other):
        with pytest.raises(IntegrityError) as caught:
            PassphraseKey(described, lambda: WORDS).unwrap(one, b"")
        assert caught.value.code == "key-params-refused"
        assert "bytes of memory" in caught.value.message
    with pytest.raises(ConfigurationError) as refused:
        make_passphrase_key(DRAFT, WORDS, 2**14)
    assert refused.value.code == "key-option-refused"


def test_a_description_outside_the_limits_makes_no_provider() -> None:
    params = {**FAST.params(), "n": 2**40}

    with pytest.raises(ValueError, match="power of two"):
        PassphraseKey(KeyDescription("one", "passphrase", 0, params), lambda: WORDS)


@pytest.mark.parametrize("n", [2**13, 2**14 + 1, 2**21])
def test_a_new_key_is_neither_cheap_nor_beyond_the_limits(n: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_passphrase_key(DRAFT, WORDS, n)

    assert caught.value.code == "key-option-refused"


@pytest.mark.parametrize("weak", ["", "a" * 64, WORDS[: MIN_PASSPHRASE - 1], "ab" * 20])
def test_a_short_passphrase_is_refused_and_says_why(weak: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_passphrase_key(DRAFT, weak, 2**14)

    assert caught.value.code == "passphrase-weak"
    assert "60 bits" in caught.value.message
    assert "--generate" in caught.value.next_step


@pytest.mark.parametrize("odd", [WORDS + "\n", WORDS + "\r", "\0" * 30, "ab" * 600])
def test_a_passphrase_is_one_line(odd: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_passphrase(odd)

    assert caught.value.code == "passphrase-malformed"


def test_a_passphrase_that_is_made_has_140_bits_and_is_strong_enough() -> None:
    made = {generate_passphrase() for _ in range(50)}

    assert len(made) == 50
    for passphrase in made:
        groups = passphrase.split("-")
        assert [len(group) for group in groups] == [4] * 7
        assert set("".join(groups)) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_a_passphrase_that_is_made_is_taken() -> None:
    check_passphrase("abcd-efgh-ijkl-mnop-qrst-uvwx-yz23")
