"""cases.yaml to requests and what is expected of them.

Names principals, assets and sites once, then asks. The clock is a line of the file;
must never read another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ringwall.base.clock import parse_instant
from ringwall.base.errors import DeclarationError, Fault
from ringwall.base.yaml_tree import Node, parse_yaml, to_data
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MAX_CASE_VALUES, MAX_CASES_BYTES
from ringwall.policy.faults import Faults
from ringwall.policy.known_concerns import MAX_REMEMBERED, REMEMBERED_BYTES
from ringwall.policy.schema import Attribute, Schema
from ringwall.policy.value_types import format_value, lowest_value

__all__ = ["Case", "Cases", "read_cases"]

_ASK_KEYS = frozenset({"id", "ask", "expect", "rules", "why"})


@dataclass(frozen=True, slots=True)
class Case:
    """One question and its expected answer.

    Attributes:
        id: as written, or `case-<number>` counting from 1.
        line: 1-based line of cases.yaml.
        request: what is asked, in running form.
        permit: whether a permit is expected.
        rules: the ids expected in the outcome; None when not given.
        why: the reason codes expected of the nearest row; None when not given.
    """

    id: str
    line: int
    request: object
    permit: bool
    rules: tuple[str, ...] | None
    why: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Cases:
    """All cases of a concern, and the file they stand in."""

    file: str
    cases: tuple[Case, ...]


def read_cases(
    concern: Concern, file: str, data: bytes, *, allow_stale: bool = False
) -> Cases:
    """Return the cases that a file holds.

    Args:
        concern: what they ask about.
        file: name for the faults.
        data: the whole file.
        allow_stale: whether `rules` and `why` may name what the concern does not have.

    Raises:
        PolicyError: `policy-refused`, with faults of `parse_yaml`, `case-malformed`,
            `case-duplicate`, `name-unknown`, `name-unused`, `request-incomplete` or
            `rule-unknown`.
    """
    names = None
    if not allow_stale:
        codes = (condition.code for condition in concern.conditions)
        names = _Names(frozenset(r.id for r in concern.rules), frozenset(codes))
    source = _Source(data, concern.schema, names, concern.name, file)
    if len(data) > REMEMBERED_BYTES:
        return Cases(file, _read(source))
    return Cases(file, _known(source))


@dataclass(frozen=True, slots=True)
class _Names:
    """What `rules` and `why` may name."""

    rules: frozenset[str]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Source:
    """What to read, and all that has a say in what it means."""

    data: bytes
    schema: Schema = field(hash=False)
    names: _Names | None = field(hash=False)
    concern: str = field(compare=False)
    file: str = field(compare=False)


def _read(source: _Source) -> tuple[Case, ...]:
    faults = Faults()
    reader = _Reader(source, faults)
    try:
        tree = parse_yaml(
            source.data,
            source.file,
            max_bytes=MAX_CASES_BYTES,
            max_nodes=MAX_CASE_VALUES,
        )
        cases = reader.cases(tree)
    except DeclarationError as error:
        for fault in error.faults:
            faults.add(fault)
        cases = ()
    if len(faults):
        raise faults.refusal(f"the cases of concern `{source.concern}`")
    return cases


# To read cases takes longer than to ask them, and whoever compares policies reads
# the same ones again. What is refused is not remembered: its faults name the file.
_known = lru_cache(maxsize=MAX_REMEMBERED)(_read)


class _Reader:
    def __init__(self, source: _Source, faults: Faults) -> None:
        self._schema = source.schema
        self._file = source.file
        self._names = source.names
        self._faults = faults
        self._now = 0
        self._named: dict[str, dict[str, object]] = {}
        self._unused: dict[tuple[str, str], Node] = {}
        self._built: dict[tuple[str, str], object] = {}

    def cases(self, root: Node) -> tuple[Case, ...]:
        top = self._mapping(root, {"now", "named", "cases"}, "the file")
        if not {"now", "cases"} <= top.keys():
            self._add(root, "case-malformed", "the file needs `now` and `cases`")
            return ()
        self._read_now(top["now"])
        if "named" in top:
            self._read_named(top["named"])
        listed = top["cases"].value
        if not isinstance(listed, list):
            self._add(top["cases"], "case-malformed", "`cases` is not a list")
            return ()
        found = [self._case(number, node) for number, node in enumerate(listed, 1)]
        for (subject, label), node in self._unused.items():
            message = f"no case asks about {subject} `{label}`"
            self._add(node, "name-unused", message)
        cases = [case for case in found if case is not None]
        seen: set[str] = set()
        for case in cases:
            if case.id in seen:
                message = f"case `{case.id}` stands twice"
                fault = Fault(self._file, case.line, 0, "case-duplicate", message)
                self._faults.add(fault)
            seen.add(case.id)
        return tuple(cases)

    def _read_now(self, node: Node) -> None:
        try:
            self._now = parse_instant(str(to_data(node)))
        except ValueError as error:
            self._add(node, "case-malformed", f"`now`: {error}")

    def _read_named(self, node: Node) -> None:
        known = {item.subject for item in self._schema.attributes if item.name}
        for subject, group in self._mapping(node, known, "`named`").items():
            labels = self._mapping(group, None, f"`{subject}`")
            self._named[subject] = {
                label: self._attributes(subject, label, item)
                for label, item in labels.items()
            }
            self._unused.update({(subject, name): labels[name] for name in labels})

    def _attributes(self, subject: str, label: str, node: Node) -> dict[str, object]:
        members = {item.name: item for item in self._schema.members(subject)}
        given = self._mapping(node, set(members), f"{subject} `{label}`")
        for name in members.keys() - given.keys():
            message = f"{subject} `{label}` says nothing of `{name}`"
            self._add(node, "request-incomplete", message)
        return {name: self._value(members[name], item) for name, item in given.items()}

    def _value(self, attribute: Attribute, node: Node) -> object:
        """Return the plain data of an attribute, lapsed evidence taken as lowest."""
        if not isinstance(node.value, dict):
            return to_data(node)
        parts = self._mapping(node, {"value", "until"}, f"`{attribute.path}`")
        if parts.keys() != {"value", "until"}:
            self._add(node, "case-malformed", "evidence needs `value` and `until`")
            return None
        try:
            until = parse_instant(str(to_data(parts["until"])))
            if until > self._now:
                return to_data(parts["value"])
            return format_value(attribute.type, lowest_value(attribute.type))
        except ValueError as error:
            self._add(node, "case-malformed", f"`{attribute.path}`: {error}")
            return None

    def _case(self, number: int, node: Node) -> Case | None:
        before = len(self._faults)
        parts = self._mapping(node, _ASK_KEYS, f"case {number}")
        data = {name: to_data(item) for name, item in parts.items() if name != "ask"}
        if "ask" not in parts or data.get("expect") not in {"permit", "deny"}:
            message = "a case needs `ask`, and `expect` as permit or deny"
            self._add(node, "case-malformed", message)
            return None
        rules = self._texts(node, data.get("rules"))
        why = self._texts(node, data.get("why"))
        if self._names is not None:
            self._check_names(node, self._names, rules, why)
        request = self._request(parts["ask"])
        if len(self._faults) != before:
            return None
        case_id = str(data.get("id", f"case-{number}"))
        return Case(case_id, node.line, request, data["expect"] == "permit", rules, why)

    def _texts(self, node: Node, data: object) -> tuple[str, ...] | None:
        if data is None:
            return None
        if not isinstance(data, list) or not all(isinstance(x, str) for x in data):
            self._add(node, "case-malformed", "`rules` and `why` are lists of text")
            return None
        return tuple(data)

    def _check_names(
        self,
        node: Node,
        known: _Names,
        rules: tuple[str, ...] | None,
        why: tuple[str, ...] | None,
    ) -> None:
        for name in rules or ():
            if name not in known.rules:
                self._add(node, "rule-unknown", f"there is no rule `{name}`")
        for name in why or ():
            if name not in known.codes:
                self._add(node, "rule-unknown", f"there is no reason `{name}`")

    def _request(self, node: Node) -> object:
        before = len(self._faults)
        ask = self._mapping(node, set(self._schema.objects), "`ask`")
        data: dict[str, object] = {}
        labels: dict[str, str] = {}
        for subject, item in ask.items():
            if self._schema.members(subject)[0].name:
                label = labels[subject] = str(to_data(item))
                data[subject] = self._look_up(subject, label, item)
            else:
                data[subject] = to_data(item)
        if len(self._faults) != before:
            return None
        try:
            return self._whole(data, labels)
        except ValueError as error:
            self._add(node, "request-incomplete", str(error))
            return None

    def _whole(self, data: Mapping[str, object], labels: Mapping[str, str]) -> object:
        """Return a request; what is named is built once, for however many cases."""
        built = {
            subject: self._built[subject, label]
            for subject, label in labels.items()
            if (subject, label) in self._built
        }
        request = self._schema.request_from(data, built)
        for subject, label in labels.items():
            self._built[subject, label] = getattr(request, subject)
        return request

    def _look_up(self, subject: str, label: str, node: Node) -> object:
        found = self._named.get(subject, {}).get(label)
        if found is None:
            self._add(node, "name-unknown", f"`named` has no {subject} `{label[:60]}`")
        self._unused.pop((subject, label), None)
        return found

    def _mapping(
        self, node: Node, keys: set[str] | frozenset[str] | None, what: str
    ) -> Mapping[str, Node]:
        """Return a mapping without the keys that are not known, which are faults."""
        if not isinstance(node.value, dict):
            self._add(node, "case-malformed", f"{what} is not a mapping")
            return {}
        if keys is None:
            return node.value
        for key in node.value.keys() - keys:
            message = f"{what} has no `{key[:60]}`"
            self._add(node.value[key], "case-malformed", message)
        return {key: item for key, item in node.value.items() if key in keys}

    def _add(self, node: Node, code: str, message: str) -> None:
        self._faults.add(Fault(self._file, node.line, node.column, code, message))
