"""Reporters that are planted at a desk: no trace of them may be left."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from ringwall.raid.shield.identity import Identity, pad_identity
from tests.traces import Net, Search, digests_of, packed_fixed, text_traces

__all__ = [
    "GUESSES",
    "Planted",
    "guessed",
    "guesses",
    "plant",
    "salted",
    "search_for",
]

GUESSES: Final = 100_000
"""So many addresses an attacker tries, those of the planted among them."""

_FIRST: Final = "bdfgjklmnprstvwz"
_SECOND: Final = "aeiou"
_SYLLABLES: Final = range(7)


class Planted(NamedTuple):
    """A reporter that is planted.

    Attributes:
        given: their first name; it is in no other word, likewise all that follows.
        family: the rest of it.
        mail: address.
        phone: number of 15 digits, as long as there are.
        place: where they work.
    """

    given: str
    family: str
    mail: str
    phone: str
    place: str

    @property
    def name(self) -> str:
        """Name and family name."""
        return f"{self.given} {self.family}"

    @property
    def identity(self) -> Identity:
        """What is sealed."""
        return Identity(
            name=self.name,
            reach=(self.mail, self.phone),
            about=f"I keep the only cluster of {self.place}",
        )

    def words(self) -> tuple[str, ...]:
        """Return what they would be known by, each by itself."""
        return (self.given, self.family, self.mail, self.phone, self.place)

    def forms(self) -> Iterator[bytes]:
        """Give what somebody would hash who wants to know whether it is them."""
        told = self.identity
        lines = (self.name, self.family, *told.reach, told.about or "", self.place)
        for line in lines:
            bare = "".join(char for char in line if char.isalnum())
            yield from {
                text.encode()
                for text in (line, line.lower(), line.upper(), bare, bare.lower())
            }
            yield line.encode("utf-16-le")
        yield json.dumps(told.model_dump(mode="json")).encode()
        yield pad_identity(told)[2:].rstrip(b"\0")
        yield pad_identity(told)


def plant(chance: Random) -> Planted:
    """Return somebody who is like nobody else."""
    given, family, local, host, place = (_word(chance) for _ in range(5))
    digits = "".join(chance.sample("0123456789", 10)) + "".join(
        chance.sample("1357", 3)
    )
    return Planted(
        given.capitalize(),
        family.capitalize(),
        f"{given[:4]}.{local}@{host}.example",
        f"+49 {digits[:3]} {digits[3:]}",
        place.capitalize(),
    )


def guesses(people: Iterable[Planted], chance: Random, count: int) -> list[str]:
    """Return addresses to try: those of some people, and others up to a count."""
    found = [one.mail for one in people]
    while len(found) < count:
        local, host = _word(chance), _word(chance)
        found.append(f"{local}@{host}.example")
    return found


def guessed(addresses: Sequence[str]) -> Net:
    """Return what the digests of addresses begin with."""
    return Net(
        {digest: text for text in addresses for digest in digests_of(text.encode())}
    )


def search_for(people: Sequence[Planted], *more: Net) -> Search:
    """Return a search for some people, in all disguises.

    Args:
        people: who is looked for.
        *more: further patterns.
    """
    texts: dict[bytes, str] = {}
    raw: dict[bytes, str] = {}
    for one in people:
        host = one.mail.removesuffix(".example")
        texts |= text_traces(
            one.name, one.given, one.family, host, one.phone, one.place
        )
        for form in one.forms():
            raw.update(dict.fromkeys(digests_of(form), one.name))
        for word in (*one.words()[:2], host, *one.words()[3:]):
            for text in {word, word.lower(), word.upper()}:
                packed = packed_fixed(text.encode())
                raw.update(dict.fromkeys(packed, one.name))
    return Search(texts, Net(raw), *more)


def salted(one: Planted, salts: Iterable[bytes]) -> Iterator[bytes]:
    """Give what digests begin with that anybody can make of what stands in the open.

    Args:
        one: who is guessed.
        salts: that stand next to them, such as the id of their report.
    """
    padded = pad_identity(one.identity)
    forms = (one.mail.encode(), one.name.encode(), padded[2:].rstrip(b"\0"), padded)
    for salt in salts:
        for form in forms:
            for text in (salt + form, form + salt, salt + b"\n" + form):
                yield from digests_of(text)
            for name in ("sha256", "sha1", "sha512", "blake2b"):
                yield hmac.new(salt, form, name).digest()[:8]
                yield hashlib.pbkdf2_hmac("sha256", form, salt, 1)[:8]


def _word(chance: Random) -> str:
    """Return a word in which nothing stands twice: deflate would not spell it."""
    while True:
        drawn = (chance.choice(_FIRST) + chance.choice(_SECOND) for _ in _SYLLABLES)
        word = "".join(drawn)
        parts = {word[at : at + 3] for at in range(len(word) - 2)}
        if len(parts) == len(word) - 2:
            return word
