"""Access policies over the facts of an institute, drawn for the laws of searches.

They read whatever a search could trip over: ids, two relations, negations, sets both
ways round, proofs that must not be too strong, and rows that deny.
"""

import re
from collections.abc import Iterable

from hypothesis import strategies as st

from ringwall.model.ids import ASSET_KINDS
from ringwall.model.parties import RELATIONS
from ringwall.pdp.pipeline import DecisionPoint
from tests.unit.pdp.scene import EFFECT, small

__all__ = ["deciders"]

_KINDS = sorted(ASSET_KINDS.values())
_KINDS_HELD = ["model-weights", "dataset", "raid-report", "evaluation", "checkpoint"]
_ROLES = [
    *("researcher", "weights-researcher", "custodian", "evaluator", "service"),
    *("raid-lead", "raid-analyst", "partner-developer", "government-liaison"),
    *("training-lead", "release-officer"),
]
_RELATIONS = [*RELATIONS]
_ACTIONS = ["research.read", "weights.infer", "weights.read", "raid.read", "offer.api"]
_PEOPLE = ["user:ada", "user:grace", "user:max", "service:runner", "user:nobody"]
_ASSETS = ["weights:big", "weights:small", "report:one", "dataset:open"]
_INTERFACES = ["unconstrained", "certified", "bounded", "isolated"]
_ROLE_LINKS = [
    "weights-researcher, researcher",
    "raid-lead, raid-analyst",
    "custodian, weights-researcher",
]
_KIND_LINKS = ["model-weights, checkpoint", "checkpoint, dataset"]
_AUTHENTICATIONS = ["none", "password", "mfa", "hardware", "hardware-fresh"]
_QUORUMS = ["none", "two", "two-and-executive"]

# Of each group a policy has one condition, or none from the third group on. Beside it
# the columns it reads.
_GROUPS: list[dict[str, tuple[str, ...]]] = [
    {
        "holds(r.subject.roles, p.role)": ("role",),
        "p.role in r.subject.roles": ("role",),
    },
    {
        "r.action == p.action": ("action",),
        '(p.anything == "*" || r.action == p.anything)': ("anything",),
        'r.action != "weights.read"': (),
    },
    {
        "r.asset.kind == p.kind": ("kind",),
        '(p.any_kind == "*" || p.any_kind == r.asset.kind)': ("any_kind",),
        "g2(r.asset.kind, p.kind)": ("kind",),
        '(p.any_kind == "*" || g2(r.asset.kind, p.any_kind))': ("any_kind",),
        "r.asset.kind != p.kind": ("kind",),
    },
    {
        '(p.person == "*" || r.subject.id == p.person)': ("person",),
        '(p.person == "*" || r.subject.id != p.person)': ("person",),
    },
    {
        '(p.asset == "*" || r.asset.id == p.asset)': ("asset",),
        '(p.asset == "*" || r.asset.id != p.asset)': ("asset",),
    },
    {
        "at_least(r.session.authentication, p.proof)": ("proof",),
        "r.session.authentication == p.proof": ("proof",),
        "at_most(r.session.authentication, p.proof)": ("proof",),
    },
    {
        "at_least(r.grant.quorum, p.quorum)": ("quorum",),
        "(at_least(r.grant.quorum, p.quorum) || r.subject.suspended)": ("quorum",),
    },
    {
        "within(r.asset.compartments, r.subject.compartments)": (),
        "within(r.subject.compartments, r.asset.compartments)": (),
        '!("raid" in r.subject.compartments)': (),
    },
    {'!holds(r.subject.roles, "custodian")': (), "!r.subject.suspended": ()},
    {
        "r.asset.tier == p.tier": ("tier",),
        "at_least(r.site.level, p.level)": ("level",),
        "at_least(r.point.tier, p.tier)": ("tier",),
        "r.point.interface == p.interface": ("interface",),
        "r.organisation.relation == p.relation": ("relation",),
    },
]
_VOCABULARIES = {
    "role": ", ".join(_ROLES),
    "kind": ", ".join(_KINDS),
    "action": ", ".join(_ACTIONS),
    "relation": ", ".join(_RELATIONS),
    "tier": "lower < upper < third",
    "interface": ", ".join(_INTERFACES),
    "level": "SL0 < SL1 < SL2 < SL3 < SL4 < SL5",
    "authentication": " < ".join(_AUTHENTICATIONS),
    "quorum": " < ".join(_QUORUMS),
}
_ATTRIBUTES = {
    "subject.roles": "set(role)",
    "subject.id": "id",
    "subject.compartments": "set(id)",
    "subject.suspended": "flag",
    "asset.id": "id",
    "asset.kind": "kind",
    "asset.tier": "tier",
    "asset.compartments": "set(id)",
    "organisation.relation": "relation",
    "site.level": "level",
    "point.tier": "tier",
    "point.interface": "interface",
    "session.authentication": "authentication",
    "grant.quorum": "quorum",
    "action": "action",
}
_COLUMNS = {
    "role": ("role", _ROLES),
    "action": ("action", _ACTIONS),
    "anything": ("action, open", [*_ACTIONS, "*"]),
    "kind": ("kind", _KINDS_HELD),
    "any_kind": ("kind, open", [*_KINDS_HELD, "*"]),
    "person": ("id, open", [*_PEOPLE, "*", "*"]),
    "asset": ("id, open", [*_ASSETS, "*", "*"]),
    "proof": ("authentication", _AUTHENTICATIONS),
    "quorum": ("quorum", _QUORUMS),
    "tier": ("tier", ["lower", "lower", "upper"]),
    "level": ("level", ["SL0", "SL1", "SL3"]),
    "relation": ("relation", _RELATIONS),
    "interface": ("interface", _INTERFACES),
}


@st.composite
def deciders(draw: st.DrawFn) -> DecisionPoint:
    """Draw a decision point whose access rows are drawn and all else is wide open."""
    conditions: dict[str, tuple[str, ...]] = {}
    for number, group in enumerate(_GROUPS):
        if number < 2 or draw(st.integers(0, 2)) == 0:
            chosen = draw(st.sampled_from(sorted(group)))
            conditions[chosen] = group[chosen]
    columns = [column for names in conditions.values() for column in names]
    fields = (st.sampled_from(_COLUMNS[column][1]) for column in columns)
    effect = st.sampled_from(["allow", "allow", "allow", "deny"])
    row = st.tuples(*fields, effect)
    rows = draw(st.lists(row, min_size=1, max_size=12, unique=True))
    roles, kinds = _relations(conditions)
    links = [
        f"{roles}, {pair}" for pair in _ROLE_LINKS if roles and draw(st.booleans())
    ]
    links += [
        f"{kinds}, {pair}" for pair in _KIND_LINKS if kinds and draw(st.booleans())
    ]
    text = [
        *links,
        *(f"p, acc-{at:03}, {', '.join(fields)}" for at, fields in enumerate(rows)),
    ]
    model = _model(conditions, columns)
    files = {
        "model.conf": model.encode(),
        "policy.csv": "\n".join([*text, ""]).encode(),
    }
    return small("three", access=files)


def _relations(conditions: Iterable[str]) -> tuple[str, str]:
    """Return the names of the relations of roles and of kinds, empty without."""
    text = " ".join(conditions)
    roles = "g" if "holds(" in text else ""
    kinds = ("g2" if roles else "g") if "g2(" in text else ""
    return roles, kinds


def _model(conditions: Iterable[str], columns: list[str]) -> str:
    roles, kinds = _relations(conditions)
    matcher = " \\\n && ".join(conditions)
    if kinds:
        matcher = matcher.replace("g2(", f"{kinds}(")
    read = {path: kind for path, kind in _ATTRIBUTES.items() if f"r.{path}" in matcher}
    types = [f"r.{path} = {kind}" for path, kind in read.items()]
    types += [f"p.{name} = {_COLUMNS[name][0]}" for name in columns]
    used = {word for line in types for word in re.findall(r"[a-z]+", line)}
    return "\n".join(
        [
            "[request_definition]",
            f"r = {', '.join(dict.fromkeys(path.partition('.')[0] for path in read))}",
            "[policy_definition]",
            f"p = {', '.join(['rule', *columns, 'eft'])}",
            "[role_definition]" if roles or kinds else "",
            *(f"{relation} = _, _" for relation in (roles, kinds) if relation),
            "[policy_effect]",
            f"e = {EFFECT}",
            "[matchers]",
            f"m = {matcher}",
            "[vocabulary]",
            *(
                f"{name} = {words}"
                for name, words in _VOCABULARIES.items()
                if name in used
            ),
            "[types]",
            *types,
            "[reasons]",
            *(f"{name} = it-fails, it fails" for name in _names(conditions)),
            "",
        ]
    )


def _names(conditions: Iterable[str]) -> list[str]:
    """Return the names of conditions: its one column, else its first attribute."""
    names = []
    for text in conditions:
        columns = sorted(set(re.findall(r"p\.(\w+)", text)))
        paths = re.findall(r"r\.([\w.]+)", text)
        names.append(columns[0] if len(columns) == 1 else paths[0])
    return list(dict.fromkeys(names))
