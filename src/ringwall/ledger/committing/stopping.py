"""What callers are told when an append failed, and after the ledger has stopped.

Must never raise one error object in two threads: each caller gets its own.
"""

from ringwall.base.errors import IntegrityError, RecordUnavailable, RingwallError

__all__ = ["retold", "stopped"]


def retold(error: BaseException) -> RingwallError:
    """Return an error to tell a caller why the append failed."""
    if isinstance(error, IntegrityError):
        anew: RingwallError = IntegrityError(error.code, error.message)
    elif isinstance(error, RecordUnavailable):
        anew = RecordUnavailable(error.code, error.message)
    else:
        message = f"the append failed: {type(error).__name__}"
        anew = RecordUnavailable("record-unavailable", message)
    anew.next_step = getattr(error, "next_step", "")
    anew.__cause__ = error
    return anew


def stopped(poison: RingwallError) -> RecordUnavailable:
    """Return the refusal of a ledger that has stopped after an error."""
    refusal = RecordUnavailable(
        "ledger-stopped",
        f"the ledger stopped after an error: {poison}",
        next_step="mend the cause, then open the institute again",
    )
    refusal.__cause__ = retold(poison)
    return refusal
