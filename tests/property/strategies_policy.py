"""Draws matchers, whole concerns and requests for the laws of the policy dialect."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from hypothesis import strategies as st

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY
from ringwall.policy.folder import read_concern
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Or,
    Path,
)
from ringwall.policy.reader import parse_concern
from ringwall.policy.rows import Rule
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    ValueType,
    WordType,
)

__all__ = [
    "SHIPPED",
    "Draft",
    "concern_of",
    "drafts",
    "matchers",
    "plain_requests",
    "shipped",
]

SHIPPED = (
    *("access", "budget", "classification", "eligibility", "flow", "obligation"),
    *("quorum", "raid_cases", "release", "training"),
)

_NAMES = st.sampled_from(["a", "bc", "d_e", "f9", "subject", "kind"])
_INSTANTS = [f"20{year}-01-01T00:00:00Z" for year in (20, 27, 30)]
_IDS = ["org:a", "org:b", "x", "y"]
_NUMBERS = ["0", "7", "100", "1e2", "2.5e3", "1e25"]

_HEAD = """[request_definition]
r = u, o, act
[role_definition]
g = _, _
SECOND[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[vocabulary]
role = r0, r1, r2, r3, r4
kind = ka, kb, kc
level = L0 < L1 < L2 < L3
act = go, stay
"""

# What a condition may look like, and the columns it reads with their types.
_CONDITIONS: dict[str, dict[str, str]] = {
    "holds(r.u.roles, p.role)": {"role": "role"},
    "g(r.u.main, p.role)": {"role": "role"},
    "p.role in r.u.roles": {"role": "role"},
    "r.o.kind == p.kind": {"kind": "kind"},
    '(p.kind == "*" || r.o.kind == p.kind)': {"kind": "kind, open"},
    '(p.kind == "*" || p.kind != r.o.kind || r.u.flag)': {"kind": "kind, open"},
    "g2(r.o.kind, p.kind)": {"kind": "kind"},
    '(p.kind == "*" || g2(r.o.kind, p.kind))': {"kind": "kind, open"},
    'holds2(r.o.sorts, "kb") || r.u.flag': {},
    "holds2(r.o.sorts, p.kind)": {"kind": "kind"},
    "p.act == r.act": {"act": "act"},
    '(p.owner == "*" || r.o.owner == p.owner)': {"owner": "id, open"},
    "r.o.owner == p.owner": {"owner": "id"},
    '(p.second == "*" || p.second == r.o.owner)': {"second": "id, open"},
    "at_least(r.u.level, p.level)": {"level": "level"},
    '(p.level == "*" || at_most(r.u.level, p.level))': {"level": "level, open"},
    '(p.level == "*" || r.u.level == p.level)': {"level": "level, open"},
    "(at_least(r.u.level, p.level) || p.act == r.act)": {
        "level": "level",
        "act": "act",
    },
    '(p.kind == "*" || at_least(r.u.level, p.level))': {
        "kind": "kind, open",
        "level": "level",
    },
    '(p.kind == "*" || g(r.u.main, p.role))': {"kind": "kind, open", "role": "role"},
    "at_least(r.o.size, p.size)": {"size": "number"},
    '(p.size == "*" || at_most(r.o.size, p.size))': {"size": "number, open"},
    "at_most(r.o.born, p.until)": {"until": "instant"},
    "within(r.o.tags, r.u.tags)": {},
    "!r.u.flag": {},
    'r.o.kind != "kc"': {},
    '(r.u.flag || at_least(r.u.level, "L2"))': {},
    '!holds(r.u.roles, "r3")': {},
    'r.o.owner in r.u.tags || "x" in r.o.tags': {},
    '!(at_least(r.o.size, "1e2") && r.u.flag)': {},
    "at_least(r.o.size, r.u.quota)": {},
}
_ATTRIBUTES = {
    "u.roles": "set(role)",
    "u.main": "role",
    "u.level": "level",
    "u.tags": "set(id)",
    "u.flag": "flag",
    "u.quota": "number",
    "o.kind": "kind",
    "o.sorts": "set(kind)",
    "o.owner": "id",
    "o.size": "number",
    "o.born": "instant",
    "o.tags": "set(id)",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A concern in parts, so that a law can change one of them.

    Attributes:
        conditions: the operands of the matcher.
        columns: between `rule` and `eft`: name and declared type.
        rows: the fields of each row after the rule id.
        links: pairs of roles, senior first.
    """

    conditions: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[tuple[str, str], ...]


@cache
def shipped(name: str) -> Concern:
    """Return a concern that ships with the product."""
    return read_concern(FilePath(__file__).parents[2] / "policies" / name)


def concern_of(draft: Draft) -> Concern:
    """Return the concern that a draft describes."""
    rows = [f"p, row-{at:03}, {', '.join(row)}\n" for at, row in enumerate(draft.rows)]
    links = [f"g, {senior}, {junior}\n" for senior, junior in draft.links]
    if _relates_kinds(draft):
        links.append("g2, ka, kb\n")
    files = {
        "model.conf": _model(draft).encode(),
        "policy.csv": "".join(links + rows).encode(),
    }
    return parse_concern("drawn", files)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw a concern of up to eight conditions and ten rows."""
    conditions: list[str] = []
    columns: dict[str, str] = {}
    for text in draw(
        st.lists(st.sampled_from(sorted(_CONDITIONS)), max_size=8, unique=True)
    ):
        wanted = _CONDITIONS[text]
        if all(columns.get(name, kind) == kind for name, kind in wanted.items()):
            conditions.append(text)
            columns |= wanted
    if not any(_uses_roles(text) for text in conditions) and "role" not in columns:
        conditions.append("holds(r.u.roles, p.role)")
        columns["role"] = "role"
    elif not any(_uses_roles(text) for text in conditions):
        conditions.append('!holds(r.u.roles, "r4")')
    row = st.tuples(*(_field(kind) for kind in columns.values()), _EFFECTS)
    rows = draw(st.lists(row, min_size=1, max_size=10, unique_by=_content))
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(
        lambda p: p[0] < p[1]
    )
    links = draw(st.lists(pairs, max_size=5, unique=True))
    return Draft(
        tuple(conditions),
        tuple(columns.items()),
        tuple(rows),
        tuple((f"r{senior}", f"r{junior}") for senior, junior in links),
    )


@st.composite
def plain_requests(draw: st.DrawFn, concern: Concern) -> dict[str, Any]:
    """Draw a complete request in plain data: what some row asks for, then changes."""
    rule = draw(st.sampled_from(concern.rules))
    paths = sorted(item.path for item in concern.schema.attributes)
    changed = draw(st.lists(st.sampled_from(paths), max_size=3, unique=True))
    data: dict[str, Any] = {}
    for item in concern.schema.attributes:
        value = _close_value(concern, rule, item.path)
        if value is None or item.path in changed:
            value = draw(_plain_value(item.type))
        if item.name:
            data.setdefault(item.subject, {})[item.name] = value
        else:
            data[item.subject] = value
    return data


def _close_value(concern: Concern, rule: Rule, path: str) -> str | list[str] | None:
    """Return what a row asks for at a path, None if it does not say."""
    kind = concern.schema.attribute(path).type
    element = kind.element if isinstance(kind, SetType) else kind
    for condition in concern.conditions:
        if len(condition.columns) == 1 and condition.paths[0] == path:
            column = concern.schema.column_index(condition.columns[0])
            text = rule.text[column]
            if text != ANY and concern.schema.columns[column].type == element:
                return [text] if isinstance(kind, SetType) else text
    return [] if isinstance(kind, SetType) else None


def matchers() -> st.SearchStrategy[Expression]:
    """Draw a syntax tree, whatever its types."""
    leaf: st.SearchStrategy[Expression] = st.one_of(
        st.builds(Literal, st.sampled_from(["x", "*", "a b", "org:x.y", "in"])),
        st.builds(Path, st.one_of(_NAMES, st.builds("{}.{}".format, _NAMES, _NAMES))),
        st.builds(ColumnRef, _NAMES),
    )
    return st.recursive(leaf, _larger, max_leaves=12)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Call, _NAMES, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Compare, st.sampled_from(["==", "!=", "in"]), inner, inner),
        st.builds(Not, inner),
        st.builds(And, several),
        st.builds(Or, several),
    )


_EFFECTS = st.sampled_from(["allow", "allow", "allow", "deny"])


def _content(row: Sequence[str]) -> tuple[str, ...]:
    return tuple("100" if field == "1e2" else field for field in row)


def _uses_roles(text: str) -> bool:
    return "holds(r.u" in text or "g(r.u" in text


def _model(draft: Draft) -> str:
    used = " ".join(draft.conditions)
    conditions = list(draft.conditions)
    attributes = {
        path: kind for path, kind in _ATTRIBUTES.items() if f"r.{path}" in used
    }
    for subject, path in (("u", "u.flag"), ("o", "o.owner"), ("act", "act")):
        if not any(path.split(".")[0] == subject for path in attributes):
            if subject == "u":
                conditions.append("(r.u.flag || !r.u.flag)")
                attributes["u.flag"] = "flag"
            elif subject == "o":
                conditions.append('(r.o.owner == "x" || r.o.owner != "x")')
                attributes["o.owner"] = "id"
            elif "r.act" not in used:
                conditions.append('(r.act == "go" || r.act == "stay")')
    columns = ", ".join(["rule", *(name for name, _ in draft.columns), "eft"])
    types = [f"r.{path} = {kind}\n" for path, kind in attributes.items()]
    types += [
        "r.act = act\n",
        *(f"p.{name} = {kind}\n" for name, kind in draft.columns),
    ]
    matcher = " \\\n && ".join(_bracketed(text) for text in conditions)
    names = {_name(text) for text in conditions}
    reasons = [f"{name} = failed, it fails\n" for name in sorted(names)]
    second = "g2 = _, _\n" if _relates_kinds(draft) else ""
    head = _HEAD.replace("SECOND", second)
    return (
        f"{head}[policy_definition]\np = {columns}\n[matchers]\nm = {matcher}\n"
        f"[types]\n{''.join(types)}[reasons]\n{''.join(reasons)}"
    )


def _relates_kinds(draft: Draft) -> bool:
    """Return whether a matcher asks the second relation, by which ka includes kb."""
    return any("g2(" in text or "holds2(" in text for text in draft.conditions)


def _bracketed(text: str) -> str:
    return f"({text})" if " || " in text and not text.startswith("(") else text


def _name(text: str) -> str:
    columns = list(dict.fromkeys(_mentioned(text, "p.")))
    return columns[0] if len(columns) == 1 else _mentioned(text, "r.")[0]


def _mentioned(text: str, prefix: str) -> list[str]:
    for sign in "(),!":
        text = text.replace(sign, " ")
    words = text.split()
    return [word.removeprefix(prefix) for word in words if word.startswith(prefix)]


def _field(declared: str) -> st.SearchStrategy[str]:
    kind, _, is_open = declared.partition(", ")
    values = {
        "role": [f"r{number}" for number in range(5)],
        "kind": ["ka", "kb", "kc"],
        "act": ["go", "stay"],
        "level": ["L0", "L1", "L2", "L3"],
        "id": _IDS,
        "number": _NUMBERS,
        "instant": _INSTANTS,
    }[kind]
    return st.sampled_from([*values, "*"] if is_open else values)


def _words(kind: ValueType) -> Sequence[str]:
    element = kind.element if isinstance(kind, SetType) else kind
    return element.vocabulary.values if isinstance(element, WordType) else _IDS


def _plain_value(kind: ValueType) -> st.SearchStrategy[Any]:
    match kind:
        case SetType():
            words = st.sampled_from(_words(kind))
            return st.lists(words, max_size=3, unique=True)
        case WordType() | IdType():
            return st.sampled_from(_words(kind))
        case FlagType():
            return st.booleans()
        case NumberType():
            near = [0, 6, 7, 8, 69, 70, 99, 100, 101, 10**25, 10**25 + 1, 10**26 + 1]
            return st.sampled_from(near)
        case InstantType():
            return st.sampled_from(_INSTANTS)
