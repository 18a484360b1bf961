"""A grant is for one act on one container."""

import hashlib

from ringwall.vault.binding import binds_of

BOX = "box-aaaaaaaaaaaaaaaaaaaa"


def test_it_is_the_digest_of_the_three_words() -> None:
    said = f'{{"container":"{BOX}","key":"west","to":"site:hub-west"}}'

    told = binds_of(BOX, key="west", to="site:hub-west")
    assert told == hashlib.sha256(said.encode()).hexdigest()


def test_no_two_acts_have_the_same() -> None:
    acts = {
        binds_of(BOX),
        binds_of(BOX, key="a"),
        binds_of(BOX, to="a"),
        binds_of(BOX, key="a", to="b"),
        binds_of(BOX, key="b", to="a"),
        binds_of(BOX.replace("a", "b", 1)),
    }

    assert len(acts) == 6
