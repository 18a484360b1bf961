"""How a command line shows who asks: a token, a signed statement, or a key at hand.

Must never take a token or a passphrase as an argument, where everybody on the machine
can read it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.files import read_input
from ringwall.cli.signing import Pen

if TYPE_CHECKING:
    from ringwall.institute import Gatekeeper
    from ringwall.model.identity import Proof
    from ringwall.model.requests import AccessRequest
    from ringwall.pdp.opening import Opening

__all__ = [
    "Showing",
    "StatementOption",
    "TokenOption",
    "is_word_taken",
    "new_statement",
    "shown_request",
]

_MAX_TOKEN_BYTES = 8 * 1024
_MAX_STATEMENT_BYTES = 16 * 1024
_MINUTE = 60 * 1_000_000
_NONCE_BYTES = 16

TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token",
        metavar="FILE|-",
        help="A token (JWT) of a provider of identity on record; - reads stdin.",
        show_default=False,
    ),
]
StatementOption = Annotated[
    Path | None,
    typer.Option(
        "--session",
        metavar="FILE",
        help="A statement of `session new`, signed: FILE.sig lies beside it.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Showing:
    """What a command line gives to show who asks; at most one of its ways.

    Attributes:
        command: whose help says more.
        token: file that holds a token.
        session: file that holds a statement; its signature lies beside it.
        key: an OpenSSH private key, to sign a statement for this one question.
        passphrase: file that holds its passphrase.
    """

    command: str
    token: Path | None = None
    session: Path | None = None
    key: Path | None = None
    passphrase: Path | None = None

    @property
    def is_given(self) -> bool:
        """Whether there is anything to show."""
        return any(way is not None for way in (self.token, self.session, self.key))

    def check(self, authn: str) -> None:
        """Refuse more than one way, or one beside a mere word.

        Raises:
            Misuse: they don't go together.
        """
        ways = (self.token, self.session, self.key)
        if sum(way is not None for way in ways) > 1:
            raise Misuse(self.command, "give one of --token, --session or --key")
        if self.is_given and authn:
            message = "what is shown says how strong it is: leave --authn out"
            raise Misuse(self.command, message)
        if self.passphrase is not None and self.key is None:
            raise Misuse(self.command, "--passphrase-file goes with --key")


def shown_request(
    gate: "Gatekeeper", request: "AccessRequest", showing: Showing
) -> "AccessRequest":
    """Return a request with what is shown of who asks, opening the session.

    Raises:
        IdentityUnproven: it shows nothing; that is on record.
    """
    if not showing.is_given:
        return request
    from dataclasses import replace

    proof = _proof(gate, request, showing)
    now = gate.clock.now()
    level = proof.level_at(now, request.action, request.resource)
    return replace(request, proof=proof, authentication=level)


def new_statement(
    opening: "Opening", subject: str, until: int, only: str = ""
) -> bytes:
    """Return the statement that a subject has to sign for a session.

    Args:
        opening: where and when.
        subject: who signs.
        until: instant at which the session ends.
        only: `ACTION RESOURCE` that it is for; empty for any.
    """
    import secrets

    from ringwall.pdp.opening import session_statement

    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return session_statement(opening, subject, until, nonce, only=only)


def is_word_taken(gate: "Gatekeeper", showing: Showing) -> bool:
    """Return whether nothing is shown, and the institute believes what it is told."""
    from ringwall.pdp.identity import CLAIMED

    return not showing.is_given and gate.ground.facts.institute.identity == CLAIMED


def _proof(gate: "Gatekeeper", request: "AccessRequest", showing: Showing) -> "Proof":
    if showing.token is not None:
        return gate.open_session(token=_token(showing.token), subject=request.subject)
    if showing.session is not None:
        beside = showing.session.with_name(f"{showing.session.name}.sig")
        statement = read_input(showing.session, _MAX_STATEMENT_BYTES)
        pen = Pen(showing.command, key=None, signature=beside)
        return gate.open_session(statement=statement, signature=pen.sign(statement))
    from ringwall.pdp.opening import Opening

    only = f"{request.action} {request.resource}"
    opening = Opening(gate.ground.origin, gate.point, gate.clock.now())
    statement = new_statement(opening, request.subject, opening.now + _MINUTE, only)
    pen = Pen(showing.command, key=showing.key, passphrase=showing.passphrase)
    return gate.open_session(statement=statement, signature=pen.sign(statement))


def _token(path: Path) -> str:
    if str(path) == "-":
        data = sys.stdin.buffer.read(_MAX_TOKEN_BYTES + 1)
    else:
        data = read_input(path, _MAX_TOKEN_BYTES)
    # What is not ASCII is no part of a token: the check refuses it.
    return data.decode("ascii", "replace").strip()
