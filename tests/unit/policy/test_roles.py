import pytest

from ringwall.policy.faults import Faults
from ringwall.policy.roles import Roles, close_roles
from ringwall.policy.rows import Link
from ringwall.policy.vocabulary import Vocabulary

WORDS = Vocabulary("role", tuple("abcdefghijkl"), ordered=False)


def _close(*pairs: str) -> tuple[Roles | None, Faults]:
    faults = Faults()
    links = [Link("g", pair[0], pair[1], line) for line, pair in enumerate(pairs, 1)]
    return close_roles("f", WORDS, links, faults), faults


def _chain(links: int) -> list[str]:
    return [WORDS.values[at] + WORDS.values[at + 1] for at in range(links)]


def test_closure_is_in_both_directions() -> None:
    roles, faults = _close("ab", "bc", "ac", "dc")

    assert len(faults) == 0
    assert roles is not None
    assert roles.words is WORDS
    assert roles.includes["a"] == {"a", "b", "c"}
    assert roles.included_by["c"] == {"a", "b", "c", "d"}
    assert roles.includes["l"] == {"l"}


def test_chain_of_eight_links_is_followed_to_its_end() -> None:
    roles, faults = _close(*_chain(8))

    assert len(faults) == 0
    assert roles is not None
    assert "i" in roles.includes["a"]


@pytest.mark.parametrize("links", [9, 10, 11])
def test_longer_chain_is_refused_once(links: int) -> None:
    _, faults = _close(*_chain(links))

    assert [fault.code for fault in faults.refusal("f").faults] == [
        "role-chain-too-deep"
    ]


@pytest.mark.parametrize("pairs", [["aa"], ["ab", "ba"], ["ab", "bc", "ca", "de"]])
def test_circle_is_refused(pairs: list[str]) -> None:
    roles, faults = _close(*pairs)

    (fault,) = faults.refusal("f").faults
    assert (fault.code, fault.line) == ("role-circle", 1)
    assert roles is None


def test_long_circle_is_shown_in_part() -> None:
    pairs = [WORDS.values[at] + WORDS.values[(at + 1) % 12] for at in range(12)]
    _, faults = _close(*pairs)

    (fault,) = faults.refusal("f").faults
    assert fault.message.count("->") == 6
    assert " -> ... -> " in fault.message


def test_links_that_take_too_long_to_follow_are_refused() -> None:
    words = Vocabulary("role", tuple(f"r{at}" for at in range(3000)), ordered=False)
    links = [
        Link("g", f"r{300 * layer + at}", f"r{300 * (layer + 1) + at * 7 % 300}", 7)
        for layer in range(8)
        for at in range(300)
    ]
    links += [
        Link(
            "g", f"r{300 * layer + at}", f"r{300 * (layer + 1) + (at + step) % 300}", 7
        )
        for layer in range(8)
        for at in range(300)
        for step in range(5)
    ]
    faults = Faults()

    assert close_roles("f", words, links, faults) is None
    (fault,) = faults.refusal("f").faults
    assert (fault.code, fault.line) == ("roles-too-many", 7)
