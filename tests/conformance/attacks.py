"""The shipped policies, asked by an attacker who has all but one thing.

A test names what is taken away; what is left is as strong as a request can be.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.folder import read_concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.value_types import SetType, WordType

Choices = Mapping[str, Sequence[object]]

POLICIES = Path(__file__).parents[2] / "policies"
ABOVE = ("upper", "third")
WEIGHTS = ("model-weights", "checkpoint")

# What a request says of the strongest asker at the best of places; a test takes away.
STRONG: dict[str, dict[str, Any]] = {
    "flow": {
        "asset": {"kind": "model-weights", "tier": "upper", "integrity": "reviewed"},
        "session": {"present": 9},
        "point": {"tier": "upper", "integrity": "reviewed", "interface": "isolated"},
        "amount": {"hour": 0, "month": 0, "share": 0, "copies": 1},
        "action": "weights.infer",
    },
    "access": {
        "subject": {"roles": [], "personnel": "SL5", "compartments": ["aurora"]},
        "asset": {"kind": "model-weights", "tier": "upper", "compartments": ["aurora"]},
        "site": {"level": "SL5"},
        "session": {"authentication": "hardware-fresh"},
        "grant": {"quorum": "two-and-executive"},
        "action": "weights.infer",
    },
    "eligibility": {
        "organisation": {
            "relation": "member-state",
            "screening": "screened",
            "agreement": "in-force",
            "cyber": "SL5",
            "rule_of_law": 100,
            "freedoms": 100,
            "suspended": False,
        },
        "asset": {"tier": "upper", "kind": "evaluation"},
        "action": "research.read",
    },
    "classification": {
        "asset": {
            "tier": "lower",
            "kind": "dataset",
            "content": "open",
            "capability": "none",
            "compute": 0,
            "dual_use": "cleared",
            "equivalent": "no",
            "compartments": [],
            "source_tier": "lower",
            "source_compartments": [],
        }
    },
    "release": {
        "institute": {"open_source": "scenario-1"},
        "asset": {
            "kind": "model-weights",
            "tier": "lower",
            "dual_use": "cleared",
            "disclosure": "cleared",
        },
        "grant": {"quorum": "two-and-executive"},
        "action": "weights.publish",
    },
    "training": {
        "institute": {"open_source": "scenario-1"},
        "asset": {
            "kind": "training-run",
            "tier": "upper",
            "compute": "1e27",
            "equivalent": "yes",
            "notice": "in-date",
            "security_evaluation": "in-date",
            "alignment_evaluation": "in-date",
            "evaluator": "in-date",
        },
        "site": {"cluster": "registered"},
        "action": "training.start",
    },
    "raid_cases": {
        "subject": {"id": "user:ada", "roles": [], "compartments": ["case-7"]},
        "organisation": {"enforcing": False},
        "asset": {"kind": "raid-case", "authors": [], "compartments": ["case-7"]},
        "grant": {"quorum": "two-and-executive"},
        "action": "raid.read",
    },
}


@cache
def concern_of(name: str) -> CompiledConcern:
    """Return a shipped concern, ready to decide."""
    return compile_concern(read_concern(POLICIES / name))


def words(name: str, path: str) -> tuple[str, ...]:
    """Return every word that a concern knows at an attribute such as `asset.kind`."""
    schema = concern_of(name).concern.schema
    kind = schema.attribute(path).type
    element = kind.element if isinstance(kind, SetType) else kind
    assert isinstance(element, WordType), path
    return element.vocabulary.values


def ask(name: str, changes: Mapping[str, object]) -> Outcome:
    """Return the answer to the strongest request with some attributes changed."""
    plain = {
        part: dict(value) if isinstance(value, dict) else value
        for part, value in STRONG[name].items()
    }
    for path, value in changes.items():
        part, _, attribute = path.partition(".")
        if attribute:
            assert attribute in plain[part], path
            plain[part][attribute] = value
        else:
            plain[part] = value
    concern = concern_of(name)
    outcome = concern.decide(concern.concern.schema.request_from(plain))
    assert outcome.error == ""
    return outcome


def _each(choices: Choices) -> Iterator[dict[str, object]]:
    """Give every combination of one value for each attribute."""
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def permitted(name: str, choices: Choices) -> list[object]:
    """Return the combinations of choices that a concern permits."""
    return [each for each in _each(choices) if ask(name, each).permitted]


def opened(name: str, changes: Mapping[str, object]) -> set[tuple[str, str]]:
    """Return each kind of asset and action that a concern permits."""
    pairs = itertools.product(words(name, "asset.kind"), words(name, "action"))
    return {
        (kind, action)
        for kind, action in pairs
        if ask(name, {**changes, "asset.kind": kind, "action": action}).permitted
    }


def everybody(name: str, *, but: Sequence[str] = ("service",)) -> list[str]:
    """Return every role but some, as one subject would hold them."""
    return [role for role in words(name, "subject.roles") if role not in but]


def roles_that_may(name: str, changes: Mapping[str, object]) -> set[str]:
    """Return the roles each of which alone is enough for a request."""
    return {
        role
        for role in words(name, "subject.roles")
        if ask(name, {**changes, "subject.roles": [role]}).permitted
    }
