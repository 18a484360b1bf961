"""Recipients of a release in tests, one of each sort, and what each may be told.

What the product says stands beside what `tests.oracle.outgoing` says, who read the
workflow on its own.
"""

from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple

from ringwall.raid.outgoing.barrier import Content, Recipient, Way, may_go
from ringwall.raid.outgoing.exits import EXITS_FILE, Ground, parse_exits
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.routing.labels import Tlp
from ringwall.shipped import shipped_path
from tests.oracle.outgoing import Body, Fact, Paper, withheld

__all__ = ["CASE", "OPEN_SORTS", "SORTS", "Sort", "covers", "may_be_told"]

CASE: Final = "case:c-aaaaaaaaaa"
_EMBARGO: Final = f"embargo of {CASE}"
_FIELDS: Final = frozenset({"case", "kind"})
_TWO: Final = frozenset({"ann", "ben"})


class Sort(NamedTuple):
    """A recipient, and what it would be told of the case.

    Attributes:
        body: who.
        is_shut: whether need-to-know of the case is named person by person.
        caveat: the only states to be told; empty for all.
        is_by_exit: whether the ground of an exit is on record for it.
    """

    body: Recipient
    is_shut: bool = False
    caveat: tuple[str, ...] = ()
    is_by_exit: bool = False


_CSIRT: Final = Recipient(
    "csirt.fr",
    function="no",
    own="no",
    ceiling=Tlp.AMBER,
    compartments=frozenset(),
    state="FR",
    has_key=True,
    is_attested=True,
)
_POLICE: Final = replace(_CSIRT, contact="police.fr", function="yes", own="yes")

SORTS: Final = {
    "supports": Sort(_CSIRT),
    "by-exit": Sort(_POLICE, is_by_exit=True),
    "low": Sort(replace(_CSIRT, ceiling=Tlp.GREEN)),
    "keyless": Sort(replace(_CSIRT, has_key=False)),
    "lapsed": Sort(replace(_CSIRT, is_attested=False)),
    "abroad": Sort(_CSIRT, caveat=("DE",)),
    "enforces": Sort(_POLICE),
    "not-admitted": Sort(_CSIRT, is_shut=True),
}
"""Name -> recipient; each part of its label, or of its standing, falls short once."""
OPEN_SORTS: Final = frozenset({"supports", "by-exit"})
"""Those that may be told while no embargo is in force."""


@cache
def may_be_told(sort: str, *, is_party: bool, in_force: bool) -> bool:
    """Return whether the product lets a recipient be told.

    Args:
        sort: name in `SORTS`.
        is_party: whether it is a party of the embargo of the case.
        in_force: whether there is one in force.
    """
    one = SORTS[sort]
    held = frozenset({_EMBARGO}) if is_party else frozenset()
    body = replace(one.body, compartments=held)
    states = frozenset(one.caveat) or None
    above = frozenset(_above(one, in_force=in_force))
    content = Content(CASE, Label(Tlp.AMBER, above, states, is_case=True), _FIELDS)
    way = None
    if one.is_by_exit:
        exits = parse_exits((shipped_path("raid") / "desk" / EXITS_FILE).read_bytes())
        met = frozenset({"danger-to-life"})
        ground = Ground("danger", one.body.contact, CASE, _TWO, met)
        way = Way(exits["danger"], ground)
    return may_go(content, body, way) == ()


@cache
def covers(sort: str, *, is_party: bool, in_force: bool) -> bool:
    """Return the same by the oracle.

    Args:
        sort: name in `SORTS`.
        is_party: whether it is a party of the embargo of the case.
        in_force: whether there is one in force.
    """
    one = SORTS[sort]
    above = _above(one, in_force=in_force)
    facts = [
        Fact(field, "amber", above, one.caveat or None, of_a_case=True)
        for field in sorted(_FIELDS)
    ]
    flags = ("yes", "yes") if one.body.enforces else ("no", "no")
    body = Body(
        *(one.body.contact, *flags, one.body.ceiling.word),
        *((_EMBARGO,) if is_party else (), one.body.state),
        *(one.body.has_key, one.body.is_attested),
    )
    paper = None
    if one.is_by_exit:
        paper = Paper(
            *("danger", one.body.contact, CASE, tuple(sorted(_TWO))),
            *(("danger-to-life",), tuple(sorted(_FIELDS))),
        )
    return not withheld(CASE, facts, body, paper)


def _above(one: Sort, *, in_force: bool) -> tuple[str, ...]:
    """Return the compartments that what is told of the case belongs to."""
    parts = {_EMBARGO: in_force, CASE: one.is_shut}
    return tuple(name for name, holds in parts.items() if holds)
