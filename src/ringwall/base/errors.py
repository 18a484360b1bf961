"""The one family of errors that ringwall raises for a caller to choose by.

    RingwallError
      ActRefused           a rule says no to an act at a desk                  exit 1
      ConfigurationError   the institute folder or an option is unusable       exit 3
      DeclarationError     a declaration file is refused, faults listed        exit 3
      PolicyError          a policy file is refused, faults listed             exit 3
      CasesFailed          policy cases did not come out as written            exit 4
      IdentityUnproven     who asks has not shown that it is them               exit 5
      IntegrityError       something stored is not what was recorded           exit 6
      RecordUnavailable    the record can't be made durable: nothing served    exit 8
      RequestError         a question is malformed                             exit 2
      UnknownItem          the thing asked for is not on record                exit 2

A programming mistake is never one of these: it stays TypeError or ValueError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

__all__ = [
    "ActRefused",
    "CasesFailed",
    "ConfigurationError",
    "DeclarationError",
    "Fault",
    "IdentityUnproven",
    "IntegrityError",
    "PolicyError",
    "RecordUnavailable",
    "RequestError",
    "RingwallError",
    "UnknownItem",
    "first_faults",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place of a file that a person wrote.

    Attributes:
        file: path as the person named it.
        line: 1-based line, 0 when the fault is of the file as a whole.
        column: 1-based column, 0 when it is of the line as a whole.
        code: stable kebab-case name of the fault.
        message: what is wrong, one line, lower case, no final period.
        expected: what to write instead; empty when the message says it.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    expected: str = ""

    @override
    def __str__(self) -> str:
        """Return `file:line:column: code: message (expected ...)`."""
        place = self.file
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        tail = f"; expected {self.expected}" if self.expected else ""
        return f"{place}: {self.code}: {self.message}{tail}"


def first_faults(faults: Sequence[Fault], most: int) -> tuple[Fault, ...]:
    """Return the first of many faults, and one that says how many more there are.

    Args:
        faults: all of them.
        most: how many a person is shown.
    """
    more = len(faults) - most
    if more <= 0:
        return tuple(faults)
    file = faults[most - 1].file
    return (*faults[:most], Fault(file, 0, 0, "more-faults", f"and {more} more"))


class RingwallError(Exception):
    """Root of every error raised on purpose.

    Args:
        code: stable kebab-case name, part of the interface.
        message: one line for a person, lower case, no final period.
        next_step: what the person can do about it; may be empty.
        faults: the places in files that are wrong, in file order.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        code: str,
        message: str,
        *,
        next_step: str = "",
        faults: tuple[Fault, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.faults = faults


class ActRefused(RingwallError):
    """The rules don't allow an act at a desk, however well it is proven."""

    exit_code = 1


class ConfigurationError(RingwallError):
    """The institute folder, its settings or an option can't be used."""

    exit_code = 3


class DeclarationError(RingwallError):
    """A declaration is refused as a whole; nothing was written."""

    exit_code = 3


class PolicyError(RingwallError):
    """A policy bundle is refused as a whole; what was in force stays so."""

    exit_code = 3


class CasesFailed(RingwallError):
    """A policy case came out otherwise than written, or a row has no case."""

    exit_code = 4


class IdentityUnproven(RingwallError):
    """Who asks, approves or enforces has not shown that it is them."""

    exit_code = 5


class IntegrityError(RingwallError):
    """What is stored differs from what was recorded or signed."""

    exit_code = 6


class RecordUnavailable(RingwallError):
    """The record could not be made durable, so nothing was served."""

    exit_code = 8


class RequestError(RingwallError):
    """A question is malformed, so nobody can answer it."""

    exit_code = 2


class UnknownItem(RingwallError):
    """A thing named by the caller is not on record."""

    exit_code = 2
