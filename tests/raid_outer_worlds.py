"""The embargo of a case and what is told of its matter: a small world, and its steps.

Beside `tests.raid_worlds`: of the case it takes whether it is in work. What a party
says, and that time passes, are steps as well.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.raid_embargo_kinds import BITS, OPEN_EMBARGO
from ringwall.model.raid_embargo_laws import EmbargoLaws
from ringwall.model.raid_moves import Move
from ringwall.model.raid_states import MACHINES
from ringwall.raid.embargo.standing import is_in_force
from tests.raid_worlds import ALONE, TWO

__all__ = ["WORKED", "Outer", "OuterStep", "binds", "outer_steps", "unlawful"]

CASE: Final = "case:c-aaaaaaaaaa"
WORKED: Final = frozenset({"triaged", "owned", "handed-over", "watch", "coordinating"})
"""States of a case in which terms of an embargo are proposed."""
_NOW: Final = 1_800_000_000_000_000
_DAY: Final = 86_400_000_000
_TERMS: Final = {True: "a" * 64, False: "b" * 64}


class Outer(NamedTuple):
    """An embargo, its matter, and the one party that it needs.

    Attributes:
        state: of the embargo; empty where none was ever proposed.
        out: whether the matter is public, its recipe is, or misuse was seen.
        served: whether the purpose of an embargo is.
        late: whether the time of the embargo is over.
        offered: whether the party consents to the terms that are proposed.
        bound: whether it consents to those in force.
    """

    state: str = ""
    out: bool = False
    served: bool = False
    late: bool = False
    offered: bool = False
    bound: bool = False


class OuterStep(NamedTuple):
    """A step from one world to another.

    Attributes:
        acts: kind and act of each event of the transaction; none where only time
            passes or a party speaks.
        persons: by how many.
        before: world.
        after: world.
        cause: for which an embargo ends.
    """

    acts: tuple[tuple[str, str], ...]
    persons: str
    before: Outer
    after: Outer
    cause: str = ""


@cache
def outer_steps(world: Outer, *, worked: bool) -> tuple[OuterStep, ...]:
    """Return each step that the machines and their guards allow.

    Args:
        world: as it is.
        worked: whether the case is in work.
    """
    return (*_told(world), *_ruled(world, worked=worked), *_passed(world))


@cache
def binds(world: Outer) -> bool:
    """Tell whether the product takes the embargo of a world for one in force.

    Args:
        world: as it is.
    """
    row = _cards(world)["raid.embargo"]
    card = RaidCard("raid.embargo", "emb-" + "a" * 16, CASE, 0, "", row, {})
    return is_in_force(card, _NOW)


def _told(world: Outer) -> Iterator[OuterStep]:
    """Give what may be told of the matter, and taken back by two."""
    tell = ("raid.matter", "tell")
    if not world.served:
        yield OuterStep((tell,), ALONE, world, world._replace(served=True))
    if not world.out:
        out = world._replace(out=True)
        if world.state in OPEN_EMBARGO:
            ended = _moved(out, "exited")
            acts = (tell, ("raid.embargo", "end"))
            yield OuterStep(acts, ALONE, world, ended, "public")
        else:
            yield OuterStep((tell,), ALONE, world, out)
    for bit in ("out", "served"):
        if getattr(world, bit):
            back: dict[str, Any] = {bit: False}
            retract = (("raid.matter", "retract"),)
            yield OuterStep(retract, TWO, world, world._replace(**back))


def _ruled(world: Outer, *, worked: bool) -> Iterator[OuterStep]:
    """Give each act on the embargo itself."""
    moves = (m for m in MACHINES["raid.embargo"] if m.before == world.state)
    for move in moves:
        for persons in (ALONE, TWO):
            for cause in _causes(move, world):
                judged = _judged(move, world, persons, worked=worked)
                if all(judged[guard] for guard in move.guards):
                    acts = (("raid.embargo", move.act),)
                    after = _after(move, world)
                    yield OuterStep(acts, persons, world, after, cause)


def _judged(move: Move, world: Outer, persons: str, *, worked: bool) -> dict[str, bool]:
    """Return of each guard of an embargo whether it can hold."""
    return {
        "case-lead": True,
        "case-in-work": worked,
        "matter-not-out": not world.out,
        # No terms are accepted whose end is past; new ones can always be named.
        "within-limits": not (world.late and move.act == "accept"),
        "consents-given": world.offered,
        "embargo-current": not world.late,
        # Terms of this world are short; that two sign for longer ones changes no state.
        **dict.fromkeys(("length-allowed", "director-apart", "approver-apart"), True),
        "offer-signed": True,
        # `_causes` gives those that hold alone.
        "ending-cause": True,
        "two-persons": persons == TWO,
        "reason": True,
        "consent-gone": not world.bound,
    }


def _causes(move: Move, world: Outer) -> list[str]:
    if move.act == "drop":
        return ["consent-gone"]
    if move.act != "end":
        return [""]
    agreed = world.bound and world.state in {"active", "revise"}
    so = {"expired": world.late, "purpose-served": world.served, "agreed": agreed}
    return [cause for cause, holds in so.items() if holds]


def _after(move: Move, world: Outer) -> Outer:
    if move.act in {"propose", "revise"}:
        # The party has not seen these terms.
        late = world.late and move.act == "revise"
        return _moved(world, move.after)._replace(offered=False, late=late)
    if move.act == "accept":
        return _moved(world, move.after)._replace(bound=True, late=False)
    return _moved(world, move.after)


def _moved(world: Outer, state: str) -> Outer:
    is_open = state in OPEN_EMBARGO
    return world._replace(
        state=state,
        late=world.late and is_open,
        offered=world.offered and state in {"proposed", "revise"},
        bound=world.bound and state in {"active", "revise"},
    )


def _passed(world: Outer) -> Iterator[OuterStep]:
    """Give what needs no leave: time passes, the party consents and leaves."""
    if world.state in OPEN_EMBARGO:
        yield OuterStep((), ALONE, world, world._replace(late=True))
    if world.state in {"proposed", "revise"}:
        yield OuterStep((), ALONE, world, world._replace(offered=True))
    gone = world._replace(offered=False, bound=False)
    yield OuterStep((), ALONE, world, gone)


def unlawful(step: OuterStep) -> list[str]:
    """Return what the laws of an embargo, which gate and verifier hold, say of a step.

    Args:
        step: any, also one that the machines don't allow.
    """
    laws = EmbargoLaws()
    # What is proposed in a case that nobody works on no guard lets through.
    laws.put("raid.case", CASE, CASE, {"state": "triaged", "redirect": ""})
    for kind, card in _cards(step.before).items():
        laws.put(kind, kind, CASE, card)
    party: dict[str, str | int] = {"state": "party", "necessary": 1, "key": "K"}
    party |= {"before": "", "terms": ""}
    if step.before.bound or step.before.offered:
        party["terms"] = _TERMS[step.before.offered]
        party["before"] = _TERMS[False] if step.before.bound else ""
    agrees = _TERMS[False] if step.before.bound else ""
    laws.put("raid.party", "raid.party", CASE, {**party, "agrees": agrees})
    after = _cards(step.after, accepted=("raid.embargo", "accept") in step.acts)
    after["raid.embargo"]["cause"] = step.cause
    if ("raid.embargo", "allow") in step.acts:
        signed = {"allowed": after["raid.embargo"]["offer"], "approver": "K"}
        after["raid.embargo"] |= signed
    acts = [
        {
            "kind": kind,
            "id": kind,
            "case": CASE,
            "act": act,
            "card": after[kind],
            "at": format_instant(_NOW),
        }
        for kind, act in step.acts
    ]
    return [why for _, why in laws.take(acts)]


def _cards(world: Outer, *, accepted: bool = False) -> dict[str, dict[str, Any]]:
    """Return the rows of a world, the matter's and the embargo's."""
    bits = {**dict.fromkeys(BITS, 0), "public": int(world.out)}
    matter = {**bits, "mitigated": int(world.served), "recoverable": "service-side"}
    end = format_instant(_NOW - _DAY if world.late else _NOW + _DAY)
    offer = _TERMS[True] if world.state in {"proposed", "revise"} else ""
    in_force = world.state in {"active", "revise"}
    embargo = {
        "state": world.state,
        "terms": _TERMS[accepted] if in_force else "",
        "ends": end if in_force else "",
        "since": format_instant(_NOW) if in_force else "",
        "offer": offer,
        "offer_ends": end if offer else "",
        "cause": "",
    }
    return {"raid.matter": {"state": "known", **matter}, "raid.embargo": embargo}
