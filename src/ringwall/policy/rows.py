"""policy.csv to rules and role links, each value checked against its column.

Most lines are read by a short way that looks every text up among those already
checked; whatever that does not plainly accept is read again by the long way, which
says what is wrong. Must never accept by the short way what the long way refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sys import intern
from typing import Literal, TypeAlias, TypeVar

from ringwall.base.errors import Fault
from ringwall.policy.dialect import ANY, MAX_ROWS, POLICY_FILE, RULE_ID
from ringwall.policy.faults import Faults
from ringwall.policy.model import Model
from ringwall.policy.row_lines import FIELD, RowLine, is_row, split_line
from ringwall.policy.schema import Column
from ringwall.policy.value_types import Value, parse_value

__all__ = ["Effect", "Link", "Rule", "read_rules"]

Effect: TypeAlias = Literal["allow", "deny"]
_Key = TypeVar("_Key")


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
    """`g, senior, junior`: who holds the senior role has the junior's rights.

    Attributes:
        relation: "g", or "g2" and so on.
        senior: the word that includes the other.
        junior: the word that is included.
        line: 1-based line.
    """

    relation: str
    senior: str
    junior: str
    line: int


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
            `duplicate-link`, `too-many-rows`, `no-rules`.
    """
    reader = _RuleReader(concern, file, model, faults)
    before = len(faults)
    rows = [item for item in enumerate(lines, 1) if is_row(item[1])]
    if len(rows) > MAX_ROWS:
        message = f"{len(rows)} rows, more than {MAX_ROWS}"
        faults.add(Fault(file, 0, 0, "too-many-rows", message))
        return (), ()
    for number, line in rows:
        if not reader.quick(number, line):
            reader.slow(number, line)
    if len(faults) == before and not reader.rules:
        faults.add(Fault(file, 0, 0, "no-rules", "the policy has no rule"))
    return tuple(reader.rules), tuple(reader.links)


class _NotOpenError(ValueError):
    """A `*` stands in a column that the model does not declare open."""


def _read_value(column: Column, text: str) -> Value | None:
    if text != ANY:
        return parse_value(column.type, text)
    if not column.open:
        raise _NotOpenError(f"column `{column.name}` is not open")
    return None


class _Values(dict[str, Value | None]):
    """The running value of each text that a column has held, spaces before it or not.

    Raises ValueError for a text that the column can't hold.
    """

    def __init__(self, column: Column) -> None:
        self._column = column

    def __missing__(self, text: str) -> Value | None:
        bare = text.lstrip(" ")
        if not FIELD.fullmatch(bare):
            raise ValueError("the form is wrong")
        value = self[text] = _read_value(self._column, bare)
        return value


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
        self._pairs: dict[tuple[str, str, str], int] = {}
        self._values = [_Values(column) for column in model.schema.columns[1:]]

    def quick(self, number: int, line: str) -> bool:
        """Keep the rule on a line and return True; False if it is not plainly one."""
        kind, *fields = line.split(", ")
        if kind != "p" or len(fields) != len(self._values) + 1:
            return False
        rule_id = fields[0]
        try:
            content = tuple(
                [known[text] for known, text in zip(self._values, fields[1:])]  # noqa: B905 - the lengths were compared
            )
        except ValueError:
            return False
        if rule_id in self._ids or content in self._contents:
            return False
        if not RULE_ID.fullmatch(rule_id):
            return False
        self._ids[rule_id] = self._contents[content] = number
        self._keep(number, (rule_id, *content), fields)
        return True

    def slow(self, number: int, line: str) -> None:
        row = split_line(self._file, number, line, self._faults)
        if row is None:
            return
        if row.fields[0][1] == "p":
            self._rule(row)
        else:
            self._link(row)

    def _keep(
        self, number: int, values: tuple[Value | None, ...], fields: Sequence[str]
    ) -> None:
        effect: Effect = "allow" if values[-1] == "allow" else "deny"
        # Many thousand rows repeat the same few words: one object serves them all.
        text = tuple([intern(field.lstrip(" ")) for field in fields])
        if text == values:
            values = text
        self.rules.append(Rule(text[0], values, text, effect, self._source, number))

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
            self._keep(row.number, values, [text for _, text in fields])

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
            return _read_value(column, text)
        except _NotOpenError as error:
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
