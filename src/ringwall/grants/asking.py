"""What may be asked for at all: by whom, for what, for how long and how often.

The same rules for a draft and for what was signed meanwhile. Must never tell somebody
apart what is not on record from what they could never get.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RingwallError
from ringwall.grants.refusals import refusal_of
from ringwall.grants.ways import Use, Way, demands_of, ways_of
from ringwall.matters.judging import EARLIEST, EARLY_DAYS
from ringwall.matters.scene import Scene
from ringwall.model.ids import prefix_of
from ringwall.model.levels import Quorum
from ringwall.pdp.approvals import Demand
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.quorum_rows import BREAK_GLASS

__all__ = ["BOUND_ACTIONS", "HOUR", "LONGEST_DAYS", "ways_to_ask"]

BOUND_ACTIONS: Final = frozenset({"policy.change", "raid.release", "weights.rewrap"})
"""Actions whose grant is for one content, which is named by its digest."""
_BINDABLE: Final = BOUND_ACTIONS | {"weights.copy", "weights.delete"}
"""Actions whose grant can be: those of the vault are for one container and its use."""
HOUR: Final = 3600 * 1_000_000
"""Microseconds."""
LONGEST_DAYS: Final = 366
"""What no row can lengthen."""


def ways_to_ask(said: Mapping[str, Any], scene: Scene) -> tuple[Way, ...]:
    """Return the ways that a request could lead to.

    Args:
        said: what a request says, each value in its form.
        scene: the facts of the moment.

    Raises:
        ActRefused: `request-expired`, `request-too-long`, `request-backwards`,
            `request-too-early`, it starts more than 30 days from now;
            `binds-missing`, `binds-needless`, `subject-suspended`,
            `request-by-service`;
            `request-not-possible`, whatever is approved, it would be denied;
            `request-needless`; `break-glass-not-foreseen`, `approvals-not-foreseen`,
            `uses-not-foreseen`;
            `request-too-short`, it would end before it could be used.
    """
    _check_own(said, scene)
    use = Use(said["subject"], said["action"], said["resource"], said["manner"])
    ways = ways_of(use, scene)
    if not ways:
        raise _impossible()
    ways = tuple(way for way in ways if way.needed is not Quorum.NONE)
    if not ways:
        raise refusal_of(
            "request-needless", "nobody has to approve that: it is permitted as it is"
        )
    demands = demands_of(ways)
    if not demands:
        raise _unforeseen(use.manner)
    _check_length(said, demands, scene.now)
    return ways


def _check_own(said: Mapping[str, Any], scene: Scene) -> None:
    """Check who asks, and what can be seen of the request itself."""
    _check_subject(said["subject"], scene)
    start, until = parse_instant(said["from"]), parse_instant(said["until"])
    if until <= scene.now:
        raise refusal_of("request-expired", "the time it asks for is over")
    if until <= start:
        raise refusal_of("request-backwards", "it would end before it starts", _AGAIN)
    if start - scene.now > EARLIEST:
        raise refusal_of(
            "request-too-early",
            f"it would start over {EARLY_DAYS} days from now",
            _AGAIN,
        )
    if until - start > LONGEST_DAYS * 24 * HOUR:
        raise refusal_of(
            "request-too-long", f"no grant lasts over {LONGEST_DAYS} days", _AGAIN
        )
    if said["action"] in BOUND_ACTIONS and not said["binds"]:
        raise refusal_of(
            "binds-missing",
            f"`{said['action']}` is granted for one content only",
            "name its digest with --binds",
        )
    if said["binds"] and said["action"] not in _BINDABLE:
        raise refusal_of(
            "binds-needless", f"`{said['action']}` is not bound to a content", _AGAIN
        )


def _check_subject(name: str, scene: Scene) -> None:
    if prefix_of(name) == "service":
        # A signature is a person's; a service's key stands where its program runs.
        raise refusal_of(
            "request-by-service", "only a person can ask for a grant", _AGAIN
        )
    try:
        subject, organisation = scene.facts.subject(name, scene.now)
    except FactMissing as missing:
        raise _impossible() from missing
    if subject.suspended or organisation.suspended:
        raise refusal_of(
            "subject-suspended",
            f"`{name}` is suspended or has left",
            "ask a security officer",
        )


def _check_length(
    said: Mapping[str, Any], demands: tuple[Demand, ...], now: int
) -> None:
    """Check that one demand allows the time and the uses together."""
    start, until = parse_instant(said["from"]), parse_instant(said["until"])
    hours, uses = -(-(until - start) // HOUR), said["uses"]
    lasting = [demand for demand in demands if hours <= demand.hours]
    if not lasting:
        most = max(demand.hours for demand in demands)
        raise refusal_of(
            "request-too-long", f"{hours} h, and the rows allow {most} h", _AGAIN
        )
    counting = [d for d in lasting if d.uses is None or 1 <= uses <= d.uses]
    if not counting:
        most = max(d.uses or 0 for d in lasting)
        raise refusal_of(
            "uses-not-foreseen",
            f"the rows allow {most} use{'' if most == 1 else 's'}, counted",
            _AGAIN,
        )
    if all(until <= now + demand.waited * HOUR for demand in counting):
        raise refusal_of(
            "request-too-short",
            f"{counting[0].waited} h have to pass first, and it would end before",
            _AGAIN,
        )


def _unforeseen(manner: str) -> RingwallError:
    """Return the refusal of what no row of the quorums speaks of."""
    broken = manner == BREAK_GLASS
    return refusal_of(
        "break-glass-not-foreseen" if broken else "approvals-not-foreseen",
        "no row says whose approvals would do, or that it does without",
        "see `policies/quorum/`, or ask for it in another manner",
    )


def _impossible() -> RingwallError:
    return refusal_of(
        "request-not-possible", "no approval could let them do that, or it is not there"
    )


_AGAIN: Final = "change that and write the request again"
