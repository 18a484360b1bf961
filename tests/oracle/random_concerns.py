"""Small random concerns that use all of the policy dialect, drawn by seed."""

import re
from collections.abc import Sequence
from itertools import combinations
from random import Random

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import ANY, EFFECT
from ringwall.policy.matcher import (
    ColumnRef,
    Expression,
    Path,
    conjuncts,
    parse_matcher,
    walk,
)
from ringwall.policy.reader import parse_concern

__all__ = ["IDS", "INSTANTS", "random_concern"]

_VOCABULARIES = {
    "role": "r0, r1, r2, r3, r4, r5",
    "kind": "ka, kb, kc, kd",
    "place": "pa, pb, pc",
    "level": "L0 < L1 < L2 < L3",
    "act": "go, stay, wait",
    "sole": "one",
}
_TYPES = {
    "r.u.roles": "set(role)",
    "r.u.main": "role",
    "r.u.level": "level",
    "r.u.tags": "set(id)",
    "r.u.flag": "flag",
    "r.u.quota": "number",
    "r.u.place": "place",
    "r.o.sole": "sole",
    "r.o.kind": "kind",
    "r.o.sorts": "set(kind)",
    "r.o.owner": "id",
    "r.o.level": "level",
    "r.o.size": "number",
    "r.o.born": "instant",
    "r.o.tags": "set(id)",
    "r.act": "act",
    "p.role": "role",
    "p.second": "role, open",
    "p.kind": "kind",
    "p.wide": "kind, open",
    "p.place": "place, open",
    "p.act": "act",
    "p.sole": "sole, open",
    "p.owner": "id, open",
    "p.maker": "id",
    "p.level": "level",
    "p.top": "level, open",
    "p.size": "number",
    "p.most": "number, open",
    "p.until": "instant",
}
# Tests of one column each, and tests of none; any two may be joined.
_TESTS = (
    "holds(r.u.roles, p.role)",
    "g(r.u.main, p.role)",
    '(p.second == "*" || holds(r.u.roles, p.second))',
    "p.role in r.u.roles",
    "g2(r.o.kind, p.kind)",
    "holds2(r.o.sorts, p.kind)",
    '(p.wide == "*" || g2(r.o.kind, p.wide))',
    '(p.wide == "*" || r.o.kind == p.wide)',
    "r.o.kind == p.kind",
    "r.o.kind != p.kind",
    '(p.place == "*" || g3(r.u.place, p.place))',
    "r.act == p.act",
    "p.act == r.act",
    '(p.sole == "*" || r.o.sole == p.sole)',
    '(p.sole == "*" || p.sole == r.o.sole)',
    '(p.owner == "*" || r.o.owner == p.owner)',
    "p.maker == r.o.owner",
    "p.maker in r.o.tags",
    "at_least(r.u.level, p.level)",
    "at_most(r.o.level, p.level)",
    '(p.top == "*" || at_most(r.u.level, p.top))',
    '(p.top == "*" || r.u.level == p.top)',
    "at_least(r.u.quota, p.size)",
    '(p.most == "*" || at_most(r.o.size, p.most))',
    "at_most(r.o.born, p.until)",
    "within(r.o.tags, r.u.tags)",
    "at_least(r.u.level, r.o.level)",
    "at_least(r.u.quota, r.o.size)",
    "r.u.flag",
    'r.o.kind != "kc"',
    '"x" in r.o.tags',
    'at_least(r.u.level, "L2")',
    'holds(r.u.roles, "r3")',
    'g2(r.o.kind, "kb")',
    'at_most(r.o.size, "1e2")',
    "r.o.owner in r.u.tags",
)
# One of these is in every matcher, so that the first relation is asked.
_ASKING_ROLES = (
    "holds(r.u.roles, p.role)",
    "g(r.u.main, p.role)",
    '!holds(r.u.roles, "r3")',
    '(p.second == "*" || holds(r.u.roles, p.second))',
)
# True of every request; each object of a request has to be read.
_ALWAYS = {
    "r.u.": "r.u.flag || !r.u.flag",
    "r.o.": 'r.o.owner == "x" || r.o.owner != "x"',
    "r.act": 'r.act == "go" || r.act != "go"',
}
_ALONE = ("r.u.flag && p.level == r.u.level", 'r.o.owner == "y" && r.act == p.act')
_ASKED = re.compile(r"\b(g|holds)([23]?)\(")
IDS = ("org:a", "org:b", "x", "y")
_NUMBERS = ("0", "7", "100", "2.5e3", "1e25")
INSTANTS = tuple(f"20{year}-01-01T00:00:00Z" for year in (20, 27, 30))
_FIELDS = {"id": IDS, "number": _NUMBERS, "instant": INSTANTS} | {
    name: tuple(words.replace("<", ",").replace(" ", "").split(","))
    for name, words in _VOCABULARIES.items()
}


def random_concern(random: Random) -> Concern:
    """Return a concern of up to 10 conditions, 8 rows and three relations."""
    texts = [_condition(random) for _ in range(random.randint(1, 6))]
    texts.insert(random.randrange(2), random.choice(_ASKING_ROLES))
    read = " ".join(texts)
    texts += [text for start, text in _ALWAYS.items() if start not in read]
    matcher = " && ".join(f"({text})" for text in texts)
    if random.random() < 0.15:
        matcher = f"({matcher}) || ({random.choice(_ALONE)})"
    matcher, relations = _renumbered(matcher)
    trees = conjuncts(parse_matcher(matcher))
    names = [_mentioned(tree) for tree in trees]
    columns = sorted({name for found, _ in names for name in found})
    paths = sorted({path for _, found in names for path in found})
    reasons = {found[0] if len(found) == 1 else read[0] for found, read in names}
    model = [
        "[request_definition]\nr = u, o, act",
        f"[policy_definition]\np = {', '.join(['rule', *columns, 'eft'])}",
        "[role_definition]",
        *(f"{relation} = _, _" for relation, _ in relations),
        f"[policy_effect]\ne = {EFFECT}",
        f"[matchers]\nm = {matcher}",
        "[vocabulary]",
        *(f"{name} = {words}" for name, words in _VOCABULARIES.items()),
        "[types]",
        *(f"r.{path} = {_TYPES[f'r.{path}']}" for path in paths),
        *(f"p.{name} = {_TYPES[f'p.{name}']}" for name in columns),
        "[reasons]",
        *(f"{name} = failed, it fails" for name in sorted(reasons)),
    ]
    files = {
        "model.conf": "\n".join([*model, ""]).encode(),
        "policy.csv": "\n".join([*_rows(random, columns, relations), ""]).encode(),
    }
    return parse_concern("drawn", files)


def _condition(random: Random) -> str:
    text = random.choice(_TESTS)
    match random.randrange(10):
        case 0 | 1:
            return f"!({text})"
        case 2:
            return f"({text}) || ({random.choice(_TESTS)})"
        case 3:
            return f"!(({text}) && ({random.choice(_TESTS)}))"
        case _:
            return text


def _renumbered(matcher: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the matcher with its relations counted without a gap, and their words."""
    used = sorted({number for _, number in _ASKED.findall(matcher)})
    places = {old: "" if at == 0 else str(at + 1) for at, old in enumerate(used)}
    text = _ASKED.sub(lambda m: f"{m[1]}{places[m[2]]}(", matcher)
    over = {"": "role", "2": "kind", "3": "place"}
    return text, [(f"g{places[old]}", over[old]) for old in used]


def _mentioned(tree: Expression) -> tuple[list[str], list[str]]:
    nodes = list(walk(tree))
    columns = [node.name for node in nodes if isinstance(node, ColumnRef)]
    paths = [node.path for node in nodes if isinstance(node, Path)]
    return list(dict.fromkeys(columns)), list(dict.fromkeys(paths))


def _rows(
    random: Random, columns: Sequence[str], relations: Sequence[tuple[str, str]]
) -> list[str]:
    lines = []
    for relation, words in relations:
        names = _FIELDS[words]
        pairs = [pair for pair in combinations(names, 2) if random.random() < 0.25]
        lines += [f"{relation}, {senior}, {junior}" for senior, junior in pairs]
    seen = set()
    for number in range(random.choice((1, 2, 4, 8))):
        fields = tuple(_field(random, _TYPES[f"p.{name}"]) for name in columns)
        effect = "deny" if random.random() < 0.25 else "allow"
        if (fields, effect) not in seen:
            seen.add((fields, effect))
            lines.append(", ".join(["p", f"row-{number:03}", *fields, effect]))
    random.shuffle(lines)
    return lines


def _field(random: Random, declared: str) -> str:
    kind, _, is_open = declared.partition(", ")
    if is_open and random.random() < 0.3:
        return ANY
    return random.choice(_FIELDS[kind])
