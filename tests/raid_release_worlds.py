"""A release of a case: a small world of it, and each step out of it.

Beside `tests.raid_worlds` and `tests.raid_outer_worlds`. Of the case it takes the
state, of the embargo whether it is in force; nothing else of the desk asks for a
release. That what is known changes, that a recipient loses its standing or joins the
embargo, is left open at each step.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from ringwall.model.raid_events import RAID_ACTIONS
from ringwall.model.raid_moves import Move
from ringwall.model.raid_release_kinds import APPROVED, RELEASE, ROUTABLE
from ringwall.model.raid_release_laws import ReleaseLaws, terms_of
from ringwall.model.raid_states import MACHINES
from tests.raid_recipients import CASE, covers, may_be_told
from tests.raid_worlds import ALONE, TWO

__all__ = [
    "AUTHOR",
    "TELLING",
    "Around",
    "Release",
    "ReleaseStep",
    "release_steps",
    "unlawful_release",
]

AUTHOR: Final = "author"
"""By two, of whom one wrote what they sign."""
TELLING: Final = frozenset({"clear", "approve", "send"})
"""Acts by which what was written comes nearer to who is told."""
_ID: Final = "rel-" + "a" * 16
# What has not gone yet can be overtaken by what becomes known.
_WRITTEN: Final = frozenset({"draft", "cleared", "approved"})
_GRANT: Final = ((RELEASE, "case"),)


class Around(NamedTuple):
    """What of the desk a release depends on.

    Attributes:
        case: state.
        in_force: whether an embargo on the case is in force.
    """

    case: str
    in_force: bool


class Release(NamedTuple):
    """A release, and who is to be told.

    Attributes:
        state: empty where nothing was written yet.
        stale: whether what would be written now differs from its bytes.
        shut: whether the recipient falls short, embargo or not.
        party: whether it is a party of the embargo of the case.
    """

    state: str = ""
    stale: bool = False
    shut: bool = False
    party: bool = False


class ReleaseStep(NamedTuple):
    """A step from one world to another.

    Attributes:
        act: on the release; empty where just what is around it changes.
        persons: by whom.
        before: world.
        after: world.
        covered: whether the label of the recipient covers the bytes.
    """

    act: str
    persons: str
    before: Release
    after: Release
    covered: bool = True


@cache
def release_steps(world: Release, around: Around) -> tuple[ReleaseStep, ...]:
    """Return each step that the machine and its guards allow.

    Args:
        world: as it is.
        around: what it depends on.
    """
    return (*_acted(world, around), *_drifted(world))


def _acted(world: Release, around: Around) -> Iterator[ReleaseStep]:
    """Give each act on the release itself."""
    covered = _is_covered(world, around)
    for move in (m for m in MACHINES[RELEASE] if m.before == world.state):
        # Who else acts signs nothing.
        all_of_them = (ALONE, AUTHOR, TWO) if move.act == "approve" else (ALONE,)
        for persons in all_of_them:
            judged = _judged(move, world, around, persons)
            able = all(judged[guard] for guard in move.guards)
            if able and _is_possible(move, world, persons):
                # Whatever is written is written from what is known.
                stale = world.stale and move.after in _WRITTEN and move.act != "amend"
                after = world._replace(state=move.after, stale=stale)
                yield ReleaseStep(move.act, persons, world, after, covered)


def _judged(
    move: Move, world: Release, around: Around, persons: str
) -> dict[str, bool]:
    """Return of each guard of a release whether it can hold."""
    sort = "low" if world.shut else "supports"
    told = may_be_told(sort, is_party=world.party, in_force=around.in_force)
    return {
        "case-routable": around.case in ROUTABLE,
        "may-go": told,
        # One judgement at the desk, of bytes and label. The sending has a guard of its
        # own for the label; where it is signed, this one says both.
        "as-cleared": not world.stale and (told or move.act == "send"),
        "not-the-author": persons != AUTHOR,
        # What a person may give is taken as given.
        **dict.fromkeys(("reason", "signed"), True),
    }


def _is_possible(move: Move, world: Release, persons: str) -> bool:
    """Tell what the acts demand beside the guards of the tables."""
    if move.act == "clear" and world.stale:
        # Refused as `release-changed`: it is written anew first.
        return False
    # What goes under no other permit than a grant has two approvals.
    is_by_grant = (RELEASE, move.act) == APPROVED and RAID_ACTIONS[APPROVED] == _GRANT
    return persons != ALONE or not is_by_grant


def _is_covered(world: Release, around: Around) -> bool:
    """Tell of the very bytes whether the oracle lets them go.

    What has changed since is judged anew, and tells nothing of bytes that stay. What
    was merged away is told with the case that stays, by whose label nobody asks here.
    """
    sort = "low" if world.shut else "supports"
    told = covers(sort, is_party=world.party, in_force=around.in_force)
    return told and not world.stale and around.case != "merged"


def _drifted(world: Release) -> Iterator[ReleaseStep]:
    """Give what takes no act on the release: what is known, who the recipient is."""
    names = ["shut", "party", *(["stale"] if world.state in _WRITTEN else [])]
    for name in names:
        changed: dict[str, Any] = {name: not getattr(world, name)}
        yield ReleaseStep("", ALONE, world, world._replace(**changed))


def unlawful_release(step: ReleaseStep, around: Around) -> list[str]:
    """Return what the laws of a release, which gate and verifier hold, say of a step.

    Args:
        step: with an act; any, also one that the machine doesn't allow.
        around: what it depends on.
    """
    laws = ReleaseLaws()
    laws.put_case(CASE, {"state": around.case})
    if step.before.state:
        # Who wrote it is held apart by the worlds themselves.
        laws.put(_ID, _card(step.before.state), "")
    # Bytes are written anew by who drafts or amends, and by nobody else.
    is_new = step.before.stale and not step.after.stale and step.act == "amend"
    card = _card(step.after.state, is_new=is_new)
    event = {"kind": RELEASE, "id": _ID, "case": CASE, "act": step.act, "card": card}
    event |= {"from": step.before.state, "by": "user:ada"}
    return [why for _, why in laws.take([event])]


def _card(state: str, *, is_new: bool = False) -> dict[str, str | int]:
    content = ("b" if is_new else "a") * 64
    row: dict[str, str | int] = {"recipient": "csirt.fr", "content": content}
    row |= {"state": state, "label": "amber", "exit": ""}
    return {**row, "terms": terms_of(_ID, CASE, row)}
