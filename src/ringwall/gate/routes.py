"""Which question a request to somebody's web service puts.

What is decided has to be what the service routes: a path that two readers could read
in two ways fits nothing. Must never match by a pattern that somebody else wrote.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from ringwall.gate.obligations import OBLIGATIONS
from ringwall.model.ids import parse_id
from ringwall.model.requests import parse_action

__all__ = ["WEBSOCKET", "Match", "Route", "Routes", "route_path"]

WEBSOCKET: Final = "WEBSOCKET"
"""Method of a route for a websocket."""

_METHOD: Final = re.compile("[A-Z]{1,20}", re.ASCII)
_HEADER: Final = re.compile("[a-z0-9-]{1,60}", re.ASCII)
# No `%`, `\\`, `;` or `?`, and nothing that one reader decodes and another does not.
_PATH: Final = re.compile("(?:/[A-Za-z0-9._~:-]*)+", re.ASCII)
_LITERAL: Final = re.compile("[A-Za-z0-9._~:-]+", re.ASCII)
_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)
_DOTS: Final = frozenset({".", ".."})
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Route:
    """What a request amounts to.

    Attributes:
        method: `GET` (which goes for `HEAD`, too), `POST` and so on, or `WEBSOCKET`.
        path: such as `/models/{model}/answer`; a name stands for one whole segment.
        action: what a request amounts to, such as `weights.infer`.
        resource: id of the asset, with one name of the path at most:
            `weights:{model}`.
        purpose: name of the header that holds the purpose; empty for none.
        handles: obligations that the service carries out itself.
        chunk_bytes: where bytes are counted, how many a permit is asked for at a
            time; 0 to count none.

    Raises:
        ValueError: one of them has not its form.
    """

    method: str
    path: str
    action: str
    resource: str
    purpose: str = ""
    handles: tuple[str, ...] = ()
    chunk_bytes: int = 0
    segments: tuple[str, ...] = field(init=False, repr=False)
    place: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check its form, and see where the id of the asset stands."""
        if not _METHOD.fullmatch(self.method):
            raise ValueError(f"`{self.method}` is not a method such as GET")
        parse_action(self.action)
        if self.purpose and not _HEADER.fullmatch(self.purpose):
            raise ValueError(f"`{self.purpose}` is not a header such as x-purpose")
        if not set(self.handles) <= OBLIGATIONS:
            raise ValueError(
                f"an obligation is one of {', '.join(sorted(OBLIGATIONS))}"
            )
        if type(self.chunk_bytes) is not int or self.chunk_bytes < 0:
            raise ValueError("`chunk_bytes` is a number of bytes, or 0")
        segments = _segments(self.path)
        object.__setattr__(self, "segments", segments)
        object.__setattr__(self, "place", _place(self.resource, segments))

    def fits(self, parts: list[str]) -> bool:
        """Return whether a path has this form; the number of its segments does."""
        for part, segment in zip(parts, self.segments, strict=True):
            if segment[:1] == "{":
                if not part or part in _DOTS:
                    return False
            elif part != segment:
                return False
        return True

    def overlaps(self, other: "Route") -> bool:
        """Return whether some path fits both, which have equally many segments."""
        pairs = zip(self.segments, other.segments, strict=True)
        return all(a == b or "{" in {a[:1], b[:1]} for a, b in pairs)


class Match(NamedTuple):
    """A route that fits, and the asset that it names.

    Attributes:
        route: None where the path is open to everybody.
        resource: id of the asset; empty if the path makes none.
    """

    route: Route | None
    resource: str


_OPEN: Final = Match(None, "")


class Routes:
    """The routes of one service.

    Args:
        routes: no two of which fit the same path.
        open_paths: whole paths that need no permit.

    Raises:
        ValueError: two fit the same path, or a path is not plain.
    """

    def __init__(self, routes: Iterable[Route], open_paths: Iterable[str]) -> None:
        self._open = frozenset(open_paths)
        self._routes: dict[tuple[str, int], list[Route]] = {}
        for route in routes:
            alike = self._routes.setdefault((route.method, len(route.segments)), [])
            if any(route.overlaps(other) for other in alike):
                raise ValueError(f"`{route.path}` and another route fit the same path")
            alike.append(route)
        for path in self._open:
            if any("{" in segment for segment in _segments(path)):
                raise ValueError(f"`{path}` is open, so it can have no names")
            if self._fitting(path):
                raise ValueError(f"`{path}` is open and has a route")

    def find(self, method: str, path: str) -> Match | None:
        """Return what a request amounts to, None if nobody said."""
        if path in self._open:
            return _OPEN
        parts = path.split("/")[1:]
        route = self._route(method, parts)
        if route is None and method == "HEAD":
            # It runs what GET runs, and tells of it what the headers tell.
            route = self._route("GET", parts)
        return None if route is None else Match(route, _resource(route, parts))

    def _route(self, method: str, parts: list[str]) -> Route | None:
        for route in self._routes.get((method, len(parts)), ()):
            if route.fits(parts):
                return route
        return None

    def _fitting(self, path: str) -> bool:
        parts = path.split("/")[1:]
        every = (route for alike in self._routes.values() for route in alike)
        return any(len(r.segments) == len(parts) and r.fits(parts) for r in every)


def route_path(scope: Mapping[str, Any]) -> str | None:
    """Return the path that a service routes by, None if there can be two.

    Starlette, and what is built on it, routes by `path` without `root_path`; others
    decode `raw_path` themselves. Both have to come to the same.
    """
    path, root = scope["path"], scope.get("root_path", "")
    raw = scope.get("raw_path")
    if len(path) > _LONGEST or not _PATH.fullmatch(path):
        return None
    if raw is not None and unquote_to_bytes(raw) != path.encode("ascii"):
        return None
    if not root:
        return str(path)
    # Without its own slash, or not in front, Starlette takes it as part of the path.
    if root.endswith("/") or not path.startswith(f"{root}/"):
        return None
    return str(path[len(root) :])


def _segments(path: str) -> tuple[str, ...]:
    """Return the segments of a path template; a name keeps its braces."""
    segments = tuple(path.split("/")[1:]) if path.startswith("/") else ("",)
    if path == "/":
        return segments
    for segment in segments:
        is_literal = _LITERAL.fullmatch(segment) and segment not in _DOTS
        if not is_literal and not _PLACE.fullmatch(segment):
            raise ValueError(f"`{path}` is not a plain path such as /models/{{model}}")
    names = [segment for segment in segments if segment[0] == "{"]
    if len(names) != len(set(names)):
        raise ValueError(f"`{path}` has a name twice")
    return segments


def _place(resource: str, segments: tuple[str, ...]) -> int:
    """Return which segment the resource takes, -1 for none."""
    names = _PLACE.findall(resource)
    if not names:
        parse_id(resource)
        return -1
    # With two of them, two paths could make one id.
    if len(names) > 1 or f"{{{names[0]}}}" not in segments:
        raise ValueError(f"`{resource}` takes one name, which the path has to have")
    return segments.index(f"{{{names[0]}}}")


def _resource(route: Route, parts: list[str]) -> str:
    """Return the id that a path makes, empty if that is none."""
    if route.place < 0:
        return route.resource
    made = route.resource.replace(route.segments[route.place], parts[route.place])
    try:
        return parse_id(made)
    except ValueError:
        return ""
