"""A path fits a route in one way only, or none."""

from typing import Any

import pytest

from ringwall.gate.routes import WEBSOCKET, Route, Routes, route_path

ANSWER = Route("POST", "/models/{model}/answer", "weights.infer", "weights:{model}")
FETCH = Route("GET", "/files/{asset}", "weights.read", "{asset}")
STATUS = Route("GET", "/status", "weights.infer", "weights:aurora-2")
TALK = Route(WEBSOCKET, "/models/{model}/answer", "weights.infer", "weights:{model}")
ROUTES = Routes([ANSWER, FETCH, STATUS, TALK], ["/", "/health"])


def found(method: str, path: str) -> object:
    """Return the resource of what fits, None if nothing does."""
    match = ROUTES.find(method, path)
    return None if match is None else match.resource


def test_a_name_stands_for_one_segment() -> None:
    match = ROUTES.find("POST", "/models/aurora-2/answer")

    assert match is not None
    assert (match.route, match.resource) == (ANSWER, "weights:aurora-2")


def test_a_name_may_be_the_whole_id() -> None:
    assert found("GET", "/files/weights:aurora-2") == "weights:aurora-2"


def test_a_route_may_name_one_asset() -> None:
    assert found("GET", "/status") == "weights:aurora-2"


def test_open_paths_have_no_route() -> None:
    for path in ("/", "/health"):
        match = ROUTES.find("PUT", path)
        assert match is not None
        assert (match.route, match.resource) == (None, "")


def test_head_is_decided_as_get() -> None:
    assert found("HEAD", "/files/weights:aurora-2") == "weights:aurora-2"
    assert found("HEAD", "/models/aurora-2/answer") is None


def test_head_may_have_a_route_of_its_own() -> None:
    head = Route("HEAD", "/status", "weights.read", "weights:aurora-1")

    match = Routes([STATUS, head], ()).find("HEAD", "/status")

    assert match is not None
    assert match.route is head


def test_a_websocket_is_not_a_get() -> None:
    match = ROUTES.find(WEBSOCKET, "/models/aurora-2/answer")

    assert match is not None
    assert match.route is TALK


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/models/aurora-2/answer"),
        ("post", "/models/aurora-2/answer"),
        ("POST", "/models/aurora-2/answer/"),
        ("POST", "/models/aurora-2"),
        ("POST", "/models//answer"),
        ("POST", "/models/../answer"),
        ("POST", "/models/./answer"),
        ("POST", "//models/aurora-2/answer"),
        ("POST", "/Models/aurora-2/answer"),
        ("POST", "/models/a/b/answer"),
        ("OPTIONS", "/status"),
        ("GET", "/health/"),
        ("GET", "/healthy"),
        ("GET", ""),
    ],
)
def test_what_nobody_named_fits_nothing(method: str, path: str) -> None:
    assert found(method, path) is None


@pytest.mark.parametrize("name", ["Aurora", "-a", "a-", "a:b", "a" * 130])
def test_a_name_that_makes_no_id_makes_no_resource(name: str) -> None:
    assert found("POST", f"/models/{name}/answer") == ""


def test_an_id_of_no_known_kind_makes_no_resource() -> None:
    assert found("GET", "/files/secrets:all") == ""


def scope(path: str, root: str = "", raw: bytes | None = None) -> dict[str, Any]:
    """Return what of a scope tells the path."""
    told: dict[str, Any] = {"path": path, "root_path": root}
    return told if raw is None else {**told, "raw_path": raw}


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"path": "/a"}, "/a"),
        (scope("/a"), "/a"),
        (scope("/a/b:c", raw=b"/a/b%3Ac"), "/a/b:c"),
        (scope("/api/a", "/api"), "/a"),
        (scope("/api/api/a", "/api"), "/api/a"),
    ],
)
def test_one_reading_gives_a_path(told: dict[str, Any], path: str) -> None:
    assert route_path(told) == path


@pytest.mark.parametrize(
    "told",
    [
        scope(""),
        scope("a"),
        scope("*"),
        scope("/a b"),
        scope("/a;x=1"),
        scope("/a%2Fb"),
        scope("/a\\b"),
        scope("/a\x00"),
        scope("/a\n"),
        scope("/ä"),
        scope("/a?b"),
        scope("/" + "a" * 2000),
        # One that decodes the raw path would go elsewhere.
        scope("/a", raw=b"/b"),
        scope("/a", raw=b"/a?x=1"),
        scope("/a", raw=b"/%2561"),
        # Starlette takes each of these as part of the path, others don't.
        scope("/a", "/api"),
        scope("/api", "/api"),
        scope("/apiary", "/api"),
        scope("/api/a", "/api/"),
        scope("/a", "/"),
    ],
)
def test_two_readings_give_none(told: dict[str, Any]) -> None:
    assert route_path(told) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "get"}, "not a method"),
        ({"method": "GET "}, "not a method"),
        ({"path": "models"}, "not a plain path"),
        ({"path": "/models/"}, "not a plain path"),
        ({"path": "//a"}, "not a plain path"),
        ({"path": "/../a"}, "not a plain path"),
        ({"path": "/a%20b"}, "not a plain path"),
        ({"path": "/{a}.json"}, "not a plain path"),
        ({"path": "/{a}/{a}"}, "a name twice"),
        ({"path": "/{Model}"}, "not a plain path"),
        ({"action": "read"}, "not an action"),
        ({"resource": "aurora"}, "not an id"),
        ({"resource": "weights:{other}"}, "takes one name"),
        ({"path": "/{a}/{b}", "resource": "weights:{a}-{b}"}, "takes one name"),
        ({"purpose": "X Purpose"}, "not a header"),
        ({"handles": ("encrypt",)}, "an obligation is one of"),
        ({"chunk_bytes": -1}, "chunk_bytes"),
        ({"chunk_bytes": True}, "chunk_bytes"),
    ],
)
def test_a_route_without_its_form_is_refused(
    given: dict[str, Any], message: str
) -> None:
    good: dict[str, Any] = {
        "method": "GET",
        "path": "/models/{model}",
        "action": "weights.infer",
        "resource": "weights:{model}",
    }
    Route(**good)
    path = {"path": "/m/{model}"} if "resource" in given else {}

    with pytest.raises(ValueError, match=message):
        Route(**{**good, **path, "resource": "weights:a", **given})


@pytest.mark.parametrize(
    "other", ["/models/{model}/{verb}", "/models/{name}/answer", "/models/a/answer"]
)
def test_two_routes_for_one_path_are_refused(other: str) -> None:
    same = Route("POST", other, "weights.infer", "weights:aurora-2")

    with pytest.raises(ValueError, match="fit the same path"):
        Routes([ANSWER, same], ())


def test_routes_of_another_method_or_form_are_apart() -> None:
    others = [
        Route("GET", "/models/{model}/answer", "weights.read", "weights:{model}"),
        Route("POST", "/models/{model}", "weights.read", "weights:{model}"),
        Route("POST", "/models/{model}/ask", "weights.infer", "weights:{model}"),
        Route("GET", "/models", "weights.infer", "weights:aurora-2"),
    ]

    assert Routes([ANSWER, *others], ()).find("POST", "/models/a/ask") is not None


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/models/{model}", "can have no names"),
        ("/models/a/answer", "is open and has a route"),
        ("/status", "is open and has a route"),
        ("health", "not a plain path"),
        ("/health/", "not a plain path"),
    ],
)
def test_an_open_path_is_plain_and_has_no_route(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Routes([ANSWER, STATUS], [path])
