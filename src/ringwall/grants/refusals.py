"""Why the desk takes no request, approval or objection.

Two families, by what has to be mended: the proof, or what was asked. Must never say
more than whoever asks may know.
"""

from typing import Final

from ringwall.base.errors import ActRefused, IdentityUnproven, RingwallError

__all__ = ["refusal_of"]

_PROOFS: Final = ("signature-", "signer-", "key-")
_OWN: Final = frozenset({"request-foreign", "request-not-own"})


def refusal_of(code: str, message: str, step: str = "") -> RingwallError:
    """Return the error of a refusal: of a proof where the code says so.

    Args:
        code: kebab-case.
        message: one line.
        step: what can be done; made of the code if empty.
    """
    kind: type[RingwallError] = ActRefused
    if code.startswith(_PROOFS) or code in _OWN:
        kind = IdentityUnproven
    return kind(code, message, next_step=step or _STEPS.get(code, _ANYWHERE))


_ANYWHERE: Final = "`ringwall request show ID` tells how the request stands"
_SIGN: Final = (
    "sign the statement as it was written, with `ssh-keygen -Y sign -n ringwall` and "
    "the key that is on record"
)
_ANOTHER: Final = "let somebody else approve it"
_STEPS: Final = {
    "signature-invalid": _SIGN,
    "request-not-own": "let whoever it names sign it",
    "signature-not-own": "let whoever it names sign it",
    "request-foreign": "write it anew with `ringwall request new`, in this institute",
    "request-replayed": "write a new one with `ringwall request new`",
    "request-expired": "write a new one with `ringwall request new`",
    "request-closed": "write a new one with `ringwall request new`",
    "request-not-possible": "see `ringwall what-can SUBJECT`, or ask a security "
    "officer",
    "request-needless": "ask for it at once: `ringwall check`",
    "key-lapsed": "have a key that is in date declared, with `ringwall apply`",
    "key-unknown": "have the key declared in `keys`, with `ringwall apply`",
    "signer-unknown": "name a person who is on record",
    "facts-changed": "look at it again with `ringwall request show ID`, and sign anew",
    "review-open": "let somebody else close the review of the last one: "
    "`ringwall review next`",
    "approved-already": "each person fills one seat; let somebody else take the other",
    "approver-is-requester": _ANOTHER,
    "approver-is-same-person": _ANOTHER,
    "approver-reports-to-requester": _ANOTHER,
    "approver-manages-requester": _ANOTHER,
    "approver-lacks-seat": "name a seat that is theirs with --seat, or let somebody "
    "else approve it",
}
