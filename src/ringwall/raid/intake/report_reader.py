"""A report from JSON: its document, or each fault with the path of its field.

Pure. Must never mend what it reads.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from ringwall.base.clock import parse_instant
from ringwall.base.errors import Fault
from ringwall.model.field_faults import shown
from ringwall.raid.intake.bounded_json import Bounds, read_json, refused
from ringwall.raid.intake.document import REQUIRED, ReportDocument

__all__ = [
    "MAX_FAULTS",
    "MAX_REPORT_BYTES",
    "check_report",
    "check_times",
    "read_report",
]

MAX_REPORT_BYTES: Final = 1024 * 1024
"""Largest file that is read as one report."""
MAX_FAULTS: Final = 50
"""Most faults told of one report."""

_BOUNDS: Final = Bounds(max_bytes=MAX_REPORT_BYTES)
# Clocks differ; nobody becomes aware of what comes tomorrow.
_SLACK: Final = 5 * 60 * 1_000_000
_TIMES: Final = ("aware", "model_involved", "classified")
_MOST_PARTS: Final = 4
_KNOWN: Final = {
    "extra_forbidden": ("field-unknown", "is not a field of a report"),
    "missing": ("field-missing", "is missing"),
}
_OPEN: Final = frozenset(REQUIRED) - {"title", "narrative"}


def read_report(data: bytes, file: str) -> ReportDocument:
    """Return the report that bytes hold.

    Args:
        data: JSON, at most `MAX_REPORT_BYTES`.
        file: its name, for the faults.

    Raises:
        DeclarationError: `report-refused`, with the faults of `read_json` or
            `check_report`.
    """
    return check_report(read_json(data, file, _BOUNDS), file)


def check_report(data: object, file: str) -> ReportDocument:
    """Return plain data as a report.

    Args:
        data: JSON data.
        file: its name, and place in it, for the faults.

    Raises:
        DeclarationError: `report-refused`, with faults `not-an-object`,
            `field-missing`, `field-unknown` or `field-refused`, each with its path.
    """
    if not isinstance(data, Mapping):
        fault = Fault(file, 0, 0, "not-an-object", "a report is a JSON object")
        raise refused(file, [fault])
    try:
        # Read as JSON once more: there a list is a tuple without being taken for one.
        # Not by orjson, for which a number of operations is too long.
        return ReportDocument.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise refused(file, _faults(file, error)) from None


def check_times(document: ReportDocument, file: str, now: int) -> None:
    """Refuse a report that became known after now.

    Args:
        document: of the report.
        file: its name, for the faults.
        now: instant.

    Raises:
        DeclarationError: `report-refused`, with faults `in-the-future`.
    """
    faults = []
    for name in _TIMES:
        told = getattr(document, name)
        if told not in (None, "unknown") and parse_instant(told) > now + _SLACK:
            message = f"`{name}` lies in the future"
            faults.append(Fault(file, 0, 0, "in-the-future", message))
    if faults:
        raise refused(file, faults)


def _faults(file: str, error: ValidationError) -> list[Fault]:
    """Return the faults; of a field with alternatives, what the likelier one says."""
    found: dict[str, Fault] = {}
    deeper: set[str] = set()
    for item in error.errors(include_url=False):
        path = ".".join(str(part) for part in item["loc"] if _is_place(part))
        # First comes that it is not the word `unknown`, which tells nobody anything.
        found[path] = _fault(file, path, item)
        deeper.update(_above(path))
    # What is wrong with a field is left out where it is said of a part of it.
    faults = [fault for path, fault in found.items() if path not in deeper]
    if len(faults) > MAX_FAULTS:
        rest = f"and {len(faults) - MAX_FAULTS + 1} more"
        faults[MAX_FAULTS - 1 :] = [Fault(file, 0, 0, "more-faults", rest)]
    return faults


def _above(path: str) -> Iterator[str]:
    """Give the paths of the fields that a field is a part of."""
    # No field of a report lies deeper than this, whatever somebody calls theirs.
    parts = path.split(".", _MOST_PARTS)
    for end in range(1, len(parts)):
        yield ".".join(parts[:end])


def _is_place(part: int | str) -> bool:
    """Return whether a part of a path is a field or an index, no branch of a type."""
    if isinstance(part, int):
        return True
    return not any(sign in part for sign in "([") and part not in _BRANCHES


# What is written as an object, and how.
_FORMS: Final = {
    "occurred": '{"from": "2027-01-31"}, or `unknown`',
    "compute": '{"low": "1e24", "high": "1e25"}',
}
_BRANCHES: Final = frozenset(
    {"System", "Compute", "Occurred", "str", "constrained-str"}
)


def _fault(file: str, path: str, item: Any) -> Fault:  # noqa: ANN401 - ErrorDetails of pydantic
    kind = item["type"]
    where = shown(path or "the report", 200)
    if kind in _KNOWN:
        code, wrong = _KNOWN[kind]
        if path in _OPEN:
            wrong += "; `unknown` is an answer"
        return Fault(file, 0, 0, code, f"`{where}` {wrong}")
    if kind == "literal_error":
        expected = item["ctx"]["expected"].replace("'", "")
        told = f"`{where}` is not served by `{shown(item['input'], 40)}`"
        return Fault(file, 0, 0, "field-refused", told, expected)
    if kind == "model_type" and path in _FORMS:
        told = f"`{where}` is no object: {shown(str(item['input']), 40)}"
        return Fault(file, 0, 0, "field-refused", told, _FORMS[path])
    message = item["msg"].removeprefix("Value error, ")
    told = f"`{where}`: {message[:1].lower()}{shown(message[1:], 300)}"
    return Fault(file, 0, 0, "field-refused", told)
