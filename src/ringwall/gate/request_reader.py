"""The border for questions: AuthZEN's JSON shape or plain words in, a request out.

Lenient where AuthZEN 1.0 is (unknown members are ignored), strict about what the
words may be. Must never let a caller state what the registry owns.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict

from ringwall.base.errors import RequestError
from ringwall.gate.obligations import OBLIGATIONS
from ringwall.model.ids import ASSET_KINDS, parse_id, prefix_of
from ringwall.model.levels import Authentication
from ringwall.model.requests import (
    MAX_AMOUNT,
    MAX_PRESENT,
    MAX_PURPOSE_CHARACTERS,
    AccessRequest,
    Reach,
    parse_action,
)
from ringwall.model.values import is_printable

__all__ = ["Words", "request_from_json", "request_from_words"]

_CONTEXT: Final = (
    *("via", "authn", "purpose", "bytes", "present", "grant", "binds", "handles"),
)
_REQUEST: Final = re.compile(r"req-[a-z2-7]{20}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DECISION: Final = re.compile(r"dec-[0-9a-z]{20}", re.ASCII)
_MAX_HANDLES: Final = 16
_MEMBERS: Final = {
    "subject": ("type", "id", "properties"),
    "action": ("name", "properties"),
    "resource": ("type", "id", "properties"),
}
_PARTS: Final = (*_MEMBERS, "context")


class Words(TypedDict):
    """The words of one question; see `Gatekeeper.check`."""

    subject: str
    action: str
    resource: str
    authn: NotRequired[str]
    purpose: NotRequired[str]
    amount: NotRequired[int | None]
    present: NotRequired[Sequence[str]]
    grant: NotRequired[str]
    binds: NotRequired[str]
    handles: NotRequired[Sequence[str]]
    continues: NotRequired[str]
    reach: NotRequired[Reach | None]


def request_from_words(  # noqa: PLR0913 - the words of one question, by name only
    *,
    subject: str,
    action: str,
    resource: str,
    point: str,
    authn: str = "none",
    purpose: str = "",
    ignored: tuple[str, ...] = (),
    amount: int | None = None,
    present: Sequence[str] = (),
    grant: str = "",
    binds: str = "",
    handles: Sequence[str] = (),
    continues: str = "",
    reach: Reach | None = None,
) -> AccessRequest:
    """Return the request that these words make.

    Args:
        subject: id of who asks.
        action: e.g. `weights.read`.
        resource: id of the asset.
        point: id of the enforcement point.
        authn: how the session was proven.
        purpose: why.
        ignored: names of what the caller sent and has no say in.
        amount: bytes that are to leave; None if nobody says.
        present: ids of the other people who are there.
        grant: id of the request under whose grant it is asked; empty for any.
        binds: hex SHA-256 of what it is done with; empty for nothing.
        handles: obligations that the caller will carry out.
        continues: id of the permit that this is the next look of; empty for none.
        reach: the bytes of a container that it is for; None for none. What is asked
            from elsewhere has none, see `request_from_json`.

    Raises:
        RequestError: `request-malformed`, naming the word that is wrong.
    """
    words = {"subject": subject, "resource": resource, "point": point}
    try:
        for name, word in words.items():
            _text(name, word)
            parse_id(word)
        _text("action", action)
        parse_action(action)
        authentication = Authentication.parse(_text("authn", authn))
    except ValueError as error:
        raise _malformed(str(error)) from None
    _text("purpose", purpose)
    if len(purpose) > MAX_PURPOSE_CHARACTERS or not is_printable(purpose):
        raise _malformed(
            f"a purpose is at most {MAX_PURPOSE_CHARACTERS} printable characters"
        )
    return AccessRequest(
        subject,
        action,
        resource,
        point,
        authentication,
        purpose,
        ignored,
        _amount(amount),
        _people(present),
        grant=_shaped("grant", grant, _REQUEST, "the id of a request"),
        binds=_shaped("binds", binds, _DIGEST, "64 lower-case hex digits"),
        handles=_words(handles),
        continues=_shaped("continues", continues, _DECISION, "the id of a decision"),
        reach=_reach(reach),
    )


def request_from_json(value: object, point: str = "") -> AccessRequest:
    """Return the request of an AuthZEN 1.0 access evaluation.

    `context` may hold `via` (enforcement point), `authn`, `purpose`, `bytes` (that
    are to leave), `present` (ids of the other people who are there), `grant`, `binds`
    and `handles`. All other members and any `properties` are ignored; their names are
    kept.

    Args:
        value: parsed JSON.
        point: enforcement point when the context names none.

    Raises:
        RequestError: `request-malformed`.
    """
    if not isinstance(value, Mapping):
        raise _malformed("a request is a JSON object")
    context = value.get("context", {})
    if not isinstance(context, Mapping):
        raise _malformed("`context` is a JSON object")
    action = value.get("action")
    if not isinstance(action, Mapping):
        raise _malformed("`action` is an object with `name`")
    if context.get("bytes", 0) is None:
        raise _malformed("`context.bytes` is left out or a number")
    return request_from_words(
        subject=_entity(value, "subject"),
        action=_text("action.name", action.get("name")),
        resource=_entity(value, "resource"),
        point=_text("context.via", context.get("via", point)),
        authn=_text("context.authn", context.get("authn", "none")),
        purpose=_text("context.purpose", context.get("purpose", "")),
        ignored=_ignored(value, context),
        amount=context.get("bytes"),
        present=_list("context.present", context.get("present", [])),
        grant=_text("context.grant", context.get("grant", "")),
        binds=_text("context.binds", context.get("binds", "")),
        handles=_list("context.handles", context.get("handles", [])),
    )


def _entity(value: Mapping[str, Any], name: str) -> str:
    """Return `kind:name` from AuthZEN's `type` and `id`.

    The id may carry the prefix already; then it must agree with the type, which
    may also be an asset kind such as `model-weights`.
    """
    entity = value.get(name)
    if not isinstance(entity, Mapping):
        raise _malformed(f"`{name}` is an object with `type` and `id`")
    kind = _text(f"{name}.type", entity.get("type"))
    identifier = _text(f"{name}.id", entity.get("id"))
    prefixes = {full: prefix for prefix, full in ASSET_KINDS.items()}
    prefix = prefixes.get(kind, kind)
    if ":" not in identifier:
        return f"{prefix}:{identifier}"
    if prefix_of(identifier) != prefix:
        raise _malformed(f"`{name}.id` has another prefix than `{name}.type`")
    return identifier


def _ignored(value: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[str, ...]:
    names = {f"context.{key}" for key in context if key not in _CONTEXT}
    names.update(str(key) for key in value if key not in _PARTS)
    for part, members in _MEMBERS.items():
        given = value[part]
        names.update(f"{part}.{key}" for key in given if key not in members)
        properties = given.get("properties")
        if isinstance(properties, Mapping):
            names.update(f"{part}.{key}" for key in properties)
        elif properties is not None:
            names.add(f"{part}.properties")
    return tuple(sorted(_shown(name[:100]) for name in names)[:50])


def _amount(value: object) -> int | None:
    if value is None:
        return None
    # `true` is a number in Python, and no amount.
    if type(value) is not int or not 0 <= value <= MAX_AMOUNT:
        raise _malformed(f"`bytes` is a whole number from 0 to {MAX_AMOUNT}")
    return value


def _people(present: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of those present, each once and sorted."""
    if len(present) > MAX_PRESENT:
        raise _malformed(f"at most {MAX_PRESENT} people can be named as present")
    try:
        return tuple(sorted({parse_id(_text("present", name)) for name in present}))
    except ValueError as error:
        raise _malformed(str(error)) from None


def _shaped(name: str, value: str, shape: re.Pattern[str], what: str) -> str:
    """Return a word that is empty or of a shape."""
    _text(name, value)
    if value and not shape.fullmatch(value):
        raise _malformed(f"`{name}` is {what}")
    return value


def _reach(value: object) -> Reach | None:
    # A mapping with the same words is what a caller from elsewhere would bring.
    if value is None or type(value) is Reach:
        return value
    raise _malformed("`reach` is made by the program of the point alone")


def _words(handles: Sequence[str]) -> tuple[str, ...]:
    """Return the obligations that a caller carries out, each once and sorted."""
    # A text is a sequence, too: of letters, none of which is an obligation.
    if isinstance(handles, str) or len(handles) > _MAX_HANDLES:
        raise _malformed(f"`handles` is a list of at most {_MAX_HANDLES} obligations")
    words = {_text("handles", word) for word in handles}
    if not words <= OBLIGATIONS:
        raise _malformed(f"an obligation is one of {', '.join(sorted(OBLIGATIONS))}")
    return tuple(sorted(words))


def _list(name: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _malformed(f"`{name}` is a list of ids")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _malformed(f"`{name}` is text")
    return value


def _malformed(message: str) -> RequestError:
    return RequestError(
        "request-malformed",
        _shown(message),
        next_step="see `ringwall schema request` for the shape of a request",
    )


def _shown(text: str) -> str:
    """Return text that can't break a line, steer a terminal or spoil the record."""
    return "".join(c if is_printable(c) else "?" for c in text)
