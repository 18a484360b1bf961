"""policy.csv to rules and role links, each value checked against its column.

Says of each line what is wrong with it. Must never drop a line: what is neither a
rule, a link, a comment nor blank is a fault.
"""

from collections.abc import Sequence
from typing import TypeVar

from ringwall.base.errors import Fault
from ringwall.policy.dialect import MAX_LINKS, MAX_ROWS, POLICY_FILE, RULE_ID
from ringwall.policy.faults import Faults
from ringwall.policy.model import Model
from ringwall.policy.plain_rows import read_plain_rows
from ringwall.policy.row_lines import RowLine, numbered_rows, split_line
from ringwall.policy.rows import Effect, Link, Rule
from ringwall.policy.schema import Column, NotOpenError
from ringwall.policy.value_types import Value

__all__ = ["read_rules"]

_Key = TypeVar("_Key")


def read_rules(
    concern: str, file: str, lines: Sequence[str], model: Model, faults: Faults
) -> tuple[tuple[Rule, ...], tuple[Link, ...]]:
    """Return the rules and role links, in file order.

    Args:
        concern: name of the concern, for the rules.
        file: name for the faults.
        lines: the lines of policy.csv.
        model: what the columns mean.
        faults: receives what is wrong: the faults of `split_line`, `column-count`,
            `value-unknown`, `column-not-open`, `rule-id-malformed`,
            `duplicate-rule-id`, `duplicate-row`, `links-undeclared`,
            `duplicate-link`, `too-many-rows`, `too-many-links`, `no-rules`.
    """
    rows = numbered_rows(lines)
    links = sum(line.startswith("g") for _, line in rows)
    before = len(faults)
    if len(rows) > MAX_ROWS:
        message = f"{len(rows)} rows, more than {MAX_ROWS}"
        faults.add(Fault(file, 0, 0, "too-many-rows", message))
    elif links > MAX_LINKS:
        message = f"{links} role links, more than {MAX_LINKS}"
        faults.add(Fault(file, 0, 0, "too-many-links", message))
    if len(faults) != before:
        return (), ()
    reader = _RowReader(concern, file, model, faults)
    if reader.plain([item for item in rows if item[1].startswith("p, ")]):
        rows = [item for item in rows if not item[1].startswith("p, ")]
    for number, line in rows:
        reader.line(number, line)
    if len(faults) == before and not reader.rules:
        faults.add(Fault(file, 0, 0, "no-rules", "the policy has no rule"))
    return tuple(reader.rules), tuple(reader.links)


class _RowReader:
    def __init__(self, concern: str, file: str, model: Model, faults: Faults) -> None:
        self._source = f"{concern}/{POLICY_FILE}"
        self._file = file
        self._model = model
        self._faults = faults
        self.rules: list[Rule] = []
        self.links: list[Link] = []
        self._ids: dict[str, int] = {}
        self._contents: dict[tuple[Value | None, ...], int] = {}
        self._pairs: dict[tuple[str, str, str], int] = {}

    def plain(self, lines: Sequence[tuple[int, str]]) -> bool:
        """Keep the rules on all lines at once, if they are plainly right."""
        found = read_plain_rows(lines, self._model.schema.columns, self._source)
        self.rules = [] if found is None else list(found)
        return found is not None

    def line(self, number: int, line: str) -> None:
        """Keep the rule or link on one line, or note what is wrong with it."""
        row = split_line(self._file, number, line, self._faults)
        if row is None:
            return
        if row.fields[0][1] == "p":
            self._rule(row)
        else:
            self._link(row)

    def _rule(self, row: RowLine) -> None:
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
        if len(self._faults) == before:
            effect: Effect = "allow" if values[-1] == "allow" else "deny"
            text = tuple(text for _, text in fields)
            rule = Rule(rule_id, values, text, effect, self._source, row.number)
            self.rules.append(rule)

    def _link(self, row: RowLine) -> None:
        relation = row.fields[0][1]
        roles = self._model.relations.get(relation)
        if roles is None:
            message = f"[role_definition] has no `{relation}`"
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
        self._once(self._pairs, (relation, senior, junior), row, "duplicate-link")
        if len(self._faults) == before:
            self.links.append(Link(relation, senior, junior, row.number))

    def _has_length(self, row: RowLine, wanted: int) -> bool:
        found = len(row.fields) - 1
        if found != wanted:
            message = f"{found} values, the model has {wanted} columns"
            self._add(row, 1, "column-count", message)
        return found == wanted

    def _value(self, row: RowLine, at: int, text: str, column: Column) -> Value | None:
        try:
            return column.read(text)
        except NotOpenError as error:
            self._add(row, at, "column-not-open", str(error))
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
