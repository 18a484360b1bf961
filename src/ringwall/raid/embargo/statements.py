"""What a party says of its own consent: a statement that it signed.

Must never look at what a statement says before its signature was found good.
"""

import json
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.raid.signed_statement import StatementForm, is_timely
from ringwall.signing.ssh import SshKey

__all__ = [
    "ANSWERS",
    "CONSENT_NAMESPACE",
    "Expected",
    "Statement",
    "blank_statement",
    "check_statement",
]

CONSENT_NAMESPACE: Final = "ringwall-embargo"
"""What statements are signed for: `ssh-keygen -Y sign -n ringwall-embargo`."""
ANSWERS: Final = ("affected", "not-affected", "working-on-it")
"""What a party may answer; that it has said nothing yet is the fourth."""

_FORM: Final = StatementForm(
    code="statement-malformed",
    name="the statement",
    namespace=CONSENT_NAMESPACE,
    fields=("party", "act", "terms", "answer", "by", "at"),
    speaker="by",
    sign="whoever speaks signs it with `ssh-keygen -Y sign -n "
    f"{CONSENT_NAMESPACE}`, with the key that is on record for them",
    fill="`ringwall raid party ls CASE` shows the statement to sign; of what "
    "lasts longer `ringwall raid embargo status CASE` does",
)


class Expected(NamedTuple):
    """What a statement has to be.

    Attributes:
        party: id.
        act: of the machine, e.g. `accept`.
        answer: one of `ANSWERS`; empty for another act.
        since: instant of the invitation.
        spoken: instant of the party's latest statement; None for the first.
        now: instant.
    """

    party: str
    act: str
    answer: str
    since: int
    spoken: int | None
    now: int


class Statement(NamedTuple):
    """A statement that was found good.

    Attributes:
        terms: digest of the terms that it is about; empty for none.
        by: who made it, as they wrote.
        at: instant, likewise.
    """

    terms: str
    by: str
    at: int


def blank_statement(party: str, act: str, terms: str, answer: str = "") -> str:
    """Return the statement to fill in, as one line of JSON."""
    said = {"party": party, "act": act, "terms": terms, "answer": answer}
    return json.dumps({**said, "by": "...", "at": "..."})


def check_statement(
    data: bytes, signature: str, key: SshKey, expected: Expected
) -> Statement:
    """Return what a statement says, once it is shown to be the party's, and for this.

    Args:
        data: the file as it was signed.
        signature: armored SSHSIG over just these bytes, made for
            `CONSENT_NAMESPACE`.
        key: of the party.
        expected: what it has to be.

    Raises:
        RequestError: `statement-malformed`.
        SignatureInvalid: as `check_ssh_signature`.
        ActRefused: `statement-of-another`, it is of another party, act or answer;
            `statement-time-odd`, it was made before the invitation or in the future;
            `statement-replayed`, the party has said something since.
    """
    said, at = _FORM.read(data, signature, key)
    for name in ("party", "act", "answer"):
        wanted = getattr(expected, name)
        if said[name] != wanted:
            raise ActRefused(
                "statement-of-another",
                f"the statement says another {name} than `{wanted}`",
                next_step="record what the party said, and nothing else",
            )
    _check_time(at, expected)
    return Statement(said["terms"], said["by"], at)


def _check_time(at: int, expected: Expected) -> None:
    if not is_timely(at, expected.since, expected.now):
        raise ActRefused(
            "statement-time-odd",
            f"the statement says {format_instant(at)}, which is before the party was "
            "invited, or yet to come",
            next_step="have the party sign it with the time at which it was made",
        )
    if expected.spoken is not None and at <= expected.spoken:
        raise ActRefused(
            "statement-replayed",
            "the party has said something since, so this no longer tells",
            next_step="have the party make a new statement",
        )
