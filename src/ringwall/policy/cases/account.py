"""Why a case came out as it did, in lines for a person. Must never print."""

from collections.abc import Iterator

from ringwall.policy.cases.cases import CaseResult
from ringwall.policy.outcome import NearRow

__all__ = ["account_of"]


def account_of(result: CaseResult, place: str = "") -> tuple[str, ...]:
    """Return what decided a case that failed, or what came nearest.

    Args:
        result: how the case came out.
        place: stands before the file of each row, e.g. `policies/`.

    Returns:
        A line for each row, with its place; under a row that did not match, indented
        by two spaces, a line for each condition that failed, with the value seen and
        the value needed. Nothing for a case without problems.
    """
    if not result.problems or result.outcome.error:
        return ()
    if not result.because:
        return ("no row allows anything",)
    return tuple(line for row in result.because for line in _row_lines(row, place))


def _row_lines(row: NearRow, place: str) -> Iterator[str]:
    at = f"row `{row.rule}` at {place}{row.file}:{row.line}"
    if not row.failed:
        yield f"{at} {'denies' if row.effect == 'deny' else 'allows'} it"
        return
    yield f"{at} comes near, but fails"
    for item in row.failed:
        code = f" ({item.code})" if item.code else ""
        yield f"  {item.name}: {item.seen}; needs {item.needed}{code}"
