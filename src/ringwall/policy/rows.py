"""policy.csv to rules and role links, refusing every line that is not plainly one.

Must never drop a line: what is neither a rule, a link, a comment nor blank is a fault.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from ringwall.base.errors import Fault
from ringwall.policy.dialect import ANY, MAX_ROWS, POLICY_FILE, RULE_ID
from ringwall.policy.faults import Faults
from ringwall.policy.model import Model
from ringwall.policy.schema import Column
from ringwall.policy.value_types import Value, parse_value

__all__ = ["Effect", "Link", "RowLine", "Rule", "read_rules", "split_rows"]

Effect: TypeAlias = Literal["allow", "deny"]
_Key = TypeVar("_Key")

_SEPARATOR = re.compile(r", +")
_FIELD = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._:+/@-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RowLine:
    """One line of policy.csv in fields, each with its 1-based column."""

    number: int
    fields: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: it matches a request when every condition holds for it.

    Attributes:
        id: the rule id, e.g. "acc-031".
        values: running value of each column, `rule` first; None where the row
            leaves an open column open.
        text: the fields as written.
        effect: what a match means.
        file: where it stands, `<concern>/policy.csv` on every machine.
        line: 1-based line.
    """

    id: str
    values: tuple[Value | None, ...]
    text: tuple[str, ...]
    effect: Effect
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """`g, senior, junior`: who holds the senior role has the junior's rights."""

    senior: str
    junior: str
    line: int


def split_rows(file: str, lines: Sequence[str], faults: Faults) -> tuple[RowLine, ...]:
    """Return the rows of a file whose form is right.

    Args:
        file: name for the faults.
        lines: the lines of policy.csv.
        faults: receives what is wrong: `line-unknown`, `stray-space`,
            `field-separator`, `field-malformed`, `too-many-rows`, `no-rules`.
    """
    before = len(faults)
    rows = []
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        fields, found = _split(file, number, line)
        for fault in found:
            faults.add(fault)
        if not found:
            rows.append(RowLine(number, fields))
    if len(rows) > MAX_ROWS:
        message = f"{len(rows)} rows, more than {MAX_ROWS}"
        faults.add(Fault(file, 0, 0, "too-many-rows", message))
    if len(faults) == before and not any(row.fields[0][1] == "p" for row in rows):
        faults.add(Fault(file, 0, 0, "no-rules", "the policy has no rule"))
    return tuple(rows)


def _split(
    file: str, number: int, line: str
) -> tuple[tuple[tuple[int, str], ...], list[Fault]]:
    fault = _line_fault(file, number, line)
    if fault is not None:
        return (), [fault]
    fields, at = [], 1
    for match in _SEPARATOR.finditer(line):
        fields.append((at, line[at - 1 : match.start()]))
        at = match.end() + 1
    fields.append((at, line[at - 1 :]))
    bad = [item for item in fields if not _FIELD.fullmatch(item[1])]
    return tuple(fields), [_field_fault(file, number, *item) for item in bad]


def _line_fault(file: str, number: int, line: str) -> Fault | None:
    if line != line.strip(" "):
        message = "the line starts or ends with a space"
        return Fault(file, number, 1, "stray-space", message)
    if not line.startswith(("p,", "g,")):
        message = f"`{line[:20]}` starts neither a rule nor a role link"
        return Fault(file, number, 1, "line-unknown", message, "`p, ...` or `g, ...`")
    return None


def _field_fault(file: str, number: int, column: int, text: str) -> Fault:
    if "," in text:
        message = "a comma must be followed by a space"
        return Fault(file, number, column, "field-separator", message)
    message = f"`{text[:40]}` is not a value"
    expected = "ASCII letters, digits and `.`, `_`, `:`, `+`, `/`, `@`, `-`"
    return Fault(file, number, column, "field-malformed", message, expected)


def read_rules(
    concern: str, file: str, rows: Sequence[RowLine], model: Model, faults: Faults
) -> tuple[tuple[Rule, ...], tuple[Link, ...]]:
    """Return the rules and role links, in file order.

    Args:
        concern: name of the concern, for the rules.
        file: name for the faults.
        rows: from `split_rows`.
        model: what the columns mean.
        faults: receives what is wrong: `column-count`, `value-unknown`,
            `column-not-open`, `rule-id-malformed`, `duplicate-rule-id`,
            `duplicate-row`, `links-undeclared`, `duplicate-link`.
    """
    reader = _RuleReader(concern, file, model, faults)
    for row in rows:
        if row.fields[0][1] == "p":
            reader.rule(row)
        else:
            reader.link(row)
    return tuple(reader.rules), tuple(reader.links)


class _RuleReader:
    def __init__(self, concern: str, file: str, model: Model, faults: Faults) -> None:
        self._source = f"{concern}/{POLICY_FILE}"
        self._file = file
        self._model = model
        self._faults = faults
        self.rules: list[Rule] = []
        self.links: list[Link] = []
        self._ids: dict[str, int] = {}
        self._contents: dict[tuple[Value | None, ...], int] = {}
        self._pairs: dict[tuple[str, str], int] = {}

    def rule(self, row: RowLine) -> None:
        columns = self._model.schema.columns
        if not self._has_length(row, len(columns)):
            return
        fields = row.fields[1:]
        before = len(self._faults)
        values = tuple(
            self._value(row, at, text, column)
            for (at, text), column in zip(fields, columns, strict=True)
        )
        rule_id = fields[0][1]
        if not RULE_ID.fullmatch(rule_id):
            message = f"`{rule_id[:40]}` is not a rule id"
            self._add(row, fields[0][0], "rule-id-malformed", message, "`acc-031`")
        self._once(self._ids, rule_id, row, "duplicate-rule-id")
        if len(self._faults) == before:
            self._once(self._contents, values[1:], row, "duplicate-row")
        if len(self._faults) != before:
            return
        effect: Effect = "allow" if values[-1] == "allow" else "deny"
        text = tuple(text for _, text in fields)
        self.rules.append(Rule(rule_id, values, text, effect, self._source, row.number))

    def link(self, row: RowLine) -> None:
        roles = self._model.roles
        if not self._model.has_links or roles is None:
            message = "the model has no [role_definition]"
            self._add(row, 1, "links-undeclared", message)
            return
        if not self._has_length(row, 2):
            return
        before = len(self._faults)
        for at, text in row.fields[1:]:
            if text not in roles.ranks:
                message = f"`{text}` is not a word of `{roles.name}`"
                self._add(row, at, "value-unknown", message)
        senior, junior = row.fields[1][1], row.fields[2][1]
        self._once(self._pairs, (senior, junior), row, "duplicate-link")
        if len(self._faults) == before:
            self.links.append(Link(senior, junior, row.number))

    def _has_length(self, row: RowLine, wanted: int) -> bool:
        found = len(row.fields) - 1
        if found != wanted:
            message = f"{found} values, the model has {wanted} columns"
            self._add(row, 1, "column-count", message)
        return found == wanted

    def _value(self, row: RowLine, at: int, text: str, column: Column) -> Value | None:
        if text == ANY:
            if not column.open:
                message = f"column `{column.name}` is not open"
                self._add(row, at, "column-not-open", message)
            return None
        try:
            return parse_value(column.type, text)
        except ValueError as error:
            message = f"column `{column.name}`: {error}"
            self._add(row, at, "value-unknown", message)
            return None

    def _once(self, seen: dict[_Key, int], key: _Key, row: RowLine, code: str) -> None:
        first = seen.setdefault(key, row.number)
        if first != row.number:
            message = f"line {first} says this already"
            self._add(row, 1, code, message)

    def _add(
        self, row: RowLine, at: int, code: str, message: str, expected: str = ""
    ) -> None:
        place = (self._file, row.number, at)
        self._faults.add(Fault(*place, code, message, expected))
