"""The words of a question within a session, and the request that they make.

Must never take from a caller who asks, or how that was proven.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, NotRequired, TypedDict

from ringwall.gate.request_reader import request_from_words
from ringwall.model.identity import Proof
from ringwall.model.requests import AccessRequest, Reach

__all__ = ["Asked", "Asker", "Streamed", "request_of"]

_PLAIN: Final = frozenset({"action", "resource"})


class Streamed(TypedDict):
    """The words of a stream's question; see `Session.check`."""

    action: str
    resource: str
    purpose: NotRequired[str]
    present: NotRequired[Sequence[str]]
    grant: NotRequired[str]
    binds: NotRequired[str]
    handles: NotRequired[Sequence[str]]


class Asked(Streamed):
    """The words of one question within a session; see `Session.check`."""

    amount: NotRequired[int | None]
    continues: NotRequired[str]
    reach: NotRequired[Reach | None]


class Asker(NamedTuple):
    """Who asks within a session.

    Attributes:
        subject: who asks.
        point: where.
        authn: how the session says it was proven, where there is no proof.
        proof: what was shown; None if nothing was.
    """

    subject: str
    point: str
    authn: str
    proof: Proof | None


def request_of(words: Mapping[str, Any], asker: Asker, now: int) -> AccessRequest:
    """Return the request that the words of a session's question make.

    Args:
        words: as of `Asked`.
        asker: who asks; the level of a proof is that of the moment.
        now: the instant.

    Raises:
        RequestError: `request-malformed`, naming the word that is wrong.
        TypeError: there is a word that is none of a question.
    """
    subject, point, authn, proof = asker
    read = _read(words, subject, point, authn)
    level = read.authentication
    if proof is not None:
        level = proof.level_at(now, read.action, read.resource)
    # Spelled out: `dataclasses.replace` costs as much as all the rest.
    return AccessRequest(
        subject=read.subject,
        action=read.action,
        resource=read.resource,
        point=read.point,
        authentication=level,
        purpose=read.purpose,
        ignored=read.ignored,
        amount=read.amount,
        present=read.present,
        proof=proof,
        grant=read.grant,
        binds=read.binds,
        handles=read.handles,
        continues=read.continues,
        reach=read.reach,
    )


def _read(
    words: Mapping[str, Any], subject: str, point: str, authn: str
) -> AccessRequest:
    """Return the request without its proof, read once for all who ask alike."""
    if words.keys() == _PLAIN:
        action, resource = words["action"], words["resource"]
        if type(action) is str and type(resource) is str:
            return _read_plain(action, resource, subject, point, authn)
    return request_from_words(subject=subject, point=point, authn=authn, **words)


@lru_cache(maxsize=4096)
def _read_plain(
    action: str, resource: str, subject: str, point: str, authn: str
) -> AccessRequest:
    """Return the request of a question without a purpose or anything of the moment."""
    return request_from_words(
        subject=subject, action=action, resource=resource, point=point, authn=authn
    )
