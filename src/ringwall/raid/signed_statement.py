"""A statement of somebody outside: one JSON object of texts that they signed.

Must never look at what a statement says before its signature was found good.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.base.errors import RequestError
from ringwall.raid.guards import is_told
from ringwall.signing.ssh import SignatureInvalid, SshKey, check_ssh_signature

__all__ = ["MAX_STATEMENT_BYTES", "Signed", "StatementForm", "is_timely"]

MAX_STATEMENT_BYTES: Final = 16 * 1024

_MAX_NAME: Final = 200
_LATER: Final = 300_000_000
"""Microseconds by which another's clock may be ahead of ours."""


class Signed(NamedTuple):
    """What was found good.

    Attributes:
        said: field -> text; the name of who speaks has no blank around it.
        at: instant that they gave.
    """

    said: Mapping[str, str]
    at: int


class StatementForm(NamedTuple):
    """A kind of statement.

    Attributes:
        code: of the error that one of another form gets.
        name: how it is called, e.g. `the receipt`.
        namespace: that it is signed for.
        fields: that it has, and no others.
        speaker: of these, the one with the name of who speaks; `at` is the time.
        sign: what to do about a signature that does not hold.
        fill: what to do about another form.
    """

    code: str
    name: str
    namespace: str
    fields: tuple[str, ...]
    speaker: str
    sign: str
    fill: str

    def read(self, data: bytes, signature: str, key: SshKey) -> Signed:
        """Return what a statement says, once its signature is shown to be good.

        Args:
            data: the file as it was signed.
            signature: armored SSHSIG over just these bytes.
            key: on record for who speaks.

        Raises:
            RequestError: `code`.
            SignatureInvalid: as `check_ssh_signature`.
        """
        if len(data) > MAX_STATEMENT_BYTES:
            raise self._malformed(f"it has more than {MAX_STATEMENT_BYTES} bytes")
        try:
            check_ssh_signature(data, signature, key, namespace=self.namespace)
        except SignatureInvalid as error:
            raise SignatureInvalid(
                error.code, error.message, next_step=self.sign
            ) from None
        said = self._parsed(data)
        try:
            return Signed(said, parse_instant(said["at"]))
        except ValueError as error:
            raise self._malformed(str(error)) from None

    def _parsed(self, data: bytes) -> dict[str, str]:
        try:
            said: Any = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
        except (ValueError, RecursionError):
            raise self._malformed("it is not one JSON object") from None
        if not isinstance(said, dict) or sorted(said) != sorted(self.fields):
            raise self._malformed(f"it does not have just {', '.join(self.fields)}")
        if not all(isinstance(value, str) for value in said.values()):
            raise self._malformed("a value of it is not text")
        name = said[self.speaker].strip()
        if not is_told(name) or len(name) > _MAX_NAME or not name.isprintable():
            raise self._malformed("it does not say who made it")
        return {**said, self.speaker: name}

    def _malformed(self, what: str) -> RequestError:
        message = f"{self.name} can't be read: {what}"
        return RequestError(self.code, message, next_step=self.fill)


def is_timely(at: int, since: int, now: int) -> bool:
    """Return whether a time that another gave can be so.

    Args:
        at: instant that they gave.
        since: instant before which it can't have been.
        now: instant.
    """
    return since <= at <= now + _LATER


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found
