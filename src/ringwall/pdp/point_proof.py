"""How an enforcement point shows that it is itself: it signs a challenge with its key.

Must never accept an answer to a challenge that was made elsewhere: who makes one keeps
its bytes and hands in the same.
"""

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.clock import format_instant
from ringwall.base.errors import IdentityUnproven
from ringwall.model.places import Point
from ringwall.pdp.facts import FactBase
from ringwall.signing.ssh import check_ssh_signature, parse_public_key

__all__ = ["check_point_answer", "point_challenge"]


def point_challenge(origin: str, point: str, nonce: str, at: int) -> bytes:
    """Return the bytes that an enforcement point signs to show that it has its key.

    Args:
        origin: name of the institute's log.
        point: id of the point.
        nonce: never used before.
        at: the instant.
    """
    said = {"origin": origin, "point": point, "nonce": nonce, "at": format_instant(at)}
    return dump_canonical({**said, "what": "point"})


def check_point_answer(challenge: bytes, signature: str, facts: FactBase) -> str:
    """Return the fingerprint of the key with which a point answered a challenge.

    Args:
        challenge: that was made here, with `point_challenge`.
        signature: armored SSHSIG over it.
        facts: the registry.

    Raises:
        IdentityUnproven: `point-keyless`, the point has no key on record; and those
            of `check_ssh_signature`.
    """
    entity = load_canonical(challenge)["point"]
    point = facts.documents().get(entity)
    if not isinstance(point, Point) or point.key is None:
        raise IdentityUnproven(
            "point-keyless",
            f"`{entity}` has no key on record",
            next_step="declare the point with its public key",
        )
    key = parse_public_key(point.key)
    check_ssh_signature(challenge, signature, key)
    return key.fingerprint
