"""What has become of containers, worked out anew for each event and each question.

Nothing is kept but the events; each rule goes through all that was taken in before.
"""

import re
from collections.abc import Sequence
from typing import Any

from ringwall.model.events import Event

SEALED, REWRAPPED, DESTROYED = "vault.sealed", "vault.rewrapped", "vault.destroyed"
VERIFIED = "vault.verified"
Taken = list[tuple[Event, bool]]
"""The events so far, and of each whether it is right."""


def judged(events: Sequence[Event]) -> Taken:
    """Return of each event whether it keeps the rules after those before it."""
    taken: Taken = []
    for event in events:
        taken.append((event, is_right(event, taken)))
    return taken


def sealings(taken: Taken) -> list[Event]:
    """Return the first `vault.sealed` of each container."""
    found: dict[str, Event] = {}
    for event, _ in taken:
        if event["kind"] == SEALED:
            found.setdefault(event["container"], event)
    return list(found.values())


def about(container: str, taken: Taken) -> Taken:
    """Return what is said of a container."""
    return [(event, right) for event, right in taken if event["container"] == container]


def is_known(container: str, taken: Taken) -> bool:
    """Return whether a container was sealed."""
    return any(event["kind"] == SEALED for event, _ in about(container, taken))


def is_disputed(container: str, taken: Taken) -> bool:
    """Return whether anything but a verification was wrong of it."""
    said = about(container, taken)
    return any(event["kind"] != VERIFIED and not right for event, right in said)


def state(container: str, taken: Taken) -> str:
    """Return `kept`, `replaced` or `destroyed`; the last of it counts."""
    said = [event["kind"] for event, _ in about(container, taken)]
    if SEALED in said and DESTROYED in said[said.index(SEALED) :]:
        return "destroyed"
    if not is_known(container, taken):
        return "unknown"
    own = next(s for s in sealings(taken) if s["container"] == container)
    later = False
    for event, right in taken:
        if event is own:
            later = True
        elif later and right and is_in_place_of(own, event):
            return "replaced"
    return "kept"


def is_in_place_of(own: Event, event: Event) -> bool:
    """Return whether an event seals another container in place of one."""
    if event["kind"] != SEALED or event["replaces"] == "" or is_copy(own):
        return False
    return place(event) == place(own)


def is_copy(event: Event) -> bool:
    """Return whether what was sealed is a copy."""
    return {event["copy_of"], event["recipient"]} != {""}


def place(event: Event) -> tuple[str, str]:
    """Return the asset and the file that were sealed."""
    return event["asset"], event["file"]


def current(where: tuple[str, str], taken: Taken) -> str:
    """Return the container that is kept last of a file, empty for none."""
    kept = [
        event["container"]
        for event in sealings(taken)
        if place(event) == where
        and not is_copy(event)
        and state(event["container"], taken) == "kept"
    ]
    return kept[-1] if kept else ""


def slots(container: str, taken: Taken) -> list[tuple[int, str]]:
    """Return generation and digest of each slot that counted, the first one first."""
    found: list[tuple[int, str]] = []
    for event, right in about(container, taken):
        if event["kind"] == SEALED and not found:
            found.append((1, event["slot"]))
        if event["kind"] == REWRAPPED and right:
            found.append((event["generation"], event["slot"]))
    return found


def is_right(event: Event, taken: Taken) -> bool:
    """Return whether an event keeps the rules after those before it."""
    container = event["container"]
    if event["kind"] == SEALED:
        return not about_but_verified(container, taken) and is_right_seal(event, taken)
    if not is_known(container, taken) or state(container, taken) == "destroyed":
        return False
    if event["kind"] == REWRAPPED:
        known = slots(container, taken)
        return (
            not is_disputed(container, taken)
            and event["generation"] > known[-1][0]
            and event["slot"] not in {slot for _, slot in known}
            and is_digest(event["slot"])
        )
    return True


def about_but_verified(container: str, taken: Taken) -> Taken:
    """Return what is said of a container that is no verification."""
    return [one for one in about(container, taken) if one[0]["kind"] != VERIFIED]


def is_right_seal(event: Event, taken: Taken) -> bool:
    """Return whether a container can be sealed so."""
    if not all(is_digest(event[name]) for name in ("header", "slot", "sha256")):
        return False
    if not is_copy(event):
        return bool(event["replaces"] == current(place(event), taken))
    if event["replaces"] or not event["recipient"].startswith("site:"):
        return False
    for source in sealings(taken):
        if source["container"] == event["copy_of"]:
            alike = all(
                source[key] == event[key]
                for key in ("asset", "file", "bytes", "sha256")
            )
            return alike and is_usable(source["container"], taken)
    return False


def is_usable(container: str, taken: Taken) -> bool:
    """Return whether a container is kept, and nothing speaks against it."""
    is_kept = state(container, taken) == "kept"
    return is_kept and not is_disputed(container, taken)


def is_digest(text: str) -> bool:
    """Return whether a text is a hex SHA-256."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def runs(container: str, taken: Taken) -> tuple[Any, Any]:
    """Return (run, until, total) of the last whole verification, and of one since."""
    reached: dict[str, tuple[int, int]] = {}
    whole: tuple[str, int, int] | None = None
    since: tuple[str, int, int] | None = None
    is_there = False
    for event, _ in about(container, taken):
        is_there = is_there or event["kind"] == SEALED
        if is_there and event["kind"] == DESTROYED:
            break
        if not is_there or event["kind"] != VERIFIED:
            continue
        run, until, total = event["run"], event["until"], event["total"]
        came, of = reached.get(run, (0, total))
        if event["first"] != came or of != total or not came < until <= total:
            continue
        if until == total:
            reached.pop(run, None)
            whole, since = (run, until, total), None
        else:
            reached[run] = (until, total)
            since = (run, until, total)
    return whole, since
