"""Cedar, by way of cedarpy: a policy for each row, and grants kept as data."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import cedarpy

from benchmarks.peers.scenario import ACTIONS, Question, Scenario

__all__ = ["load_attributes", "load_policies"]

_REST = (
    "principal.level >= resource.level && principal.labels.contains(resource.label) "
    "&& !principal.suspended"
)
_Decide = Callable[[Question], bool]


def load_policies(scenario: Scenario) -> _Decide:
    """Return Cedar with one policy for each row and roles as groups of principals."""
    text = "\n".join(
        f'permit(principal in Role::"{role}", action == Action::"{action}", '
        f'resource == Asset::"{asset}") when {{ {_REST} }};'
        for role, asset, action in scenario.rows
    )
    return _engine(scenario, text, {})


def load_attributes(scenario: Scenario) -> _Decide:
    """Return Cedar with a policy for each action, the roles in the asset's data."""
    text = "\n".join(
        f'permit(principal, action == Action::"{action}", resource) when {{ '
        f"resource.{action}_by.containsAny(principal.roles) && {_REST} }};"
        for action in ACTIONS
    )
    grants: dict[str, dict[str, list[str]]] = {}
    for role, asset, action in scenario.rows:
        grants.setdefault(asset, {}).setdefault(f"{action}_by", []).append(role)
    return _engine(scenario, text, grants)


def _engine(
    scenario: Scenario, text: str, grants: dict[str, dict[str, list[str]]]
) -> _Decide:
    policies = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str(
        json.dumps([*_entities(scenario, grants)])
    )

    def decide(question: Question) -> bool:
        request = {
            "principal": {"type": "User", "id": question.subject},
            "action": {"type": "Action", "id": question.action},
            "resource": {"type": "Asset", "id": question.asset},
            "context": {},
        }
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    return decide


def _entities(
    scenario: Scenario, grants: dict[str, dict[str, list[str]]]
) -> Iterable[dict[str, Any]]:
    above = dict(scenario.links)
    for role in scenario.roles:
        parents = [{"type": "Role", "id": above[role]}] if role in above else []
        yield {"uid": {"type": "Role", "id": role}, "parents": parents, "attrs": {}}
    for subject in scenario.subjects.values():
        yield {
            "uid": {"type": "User", "id": subject.id},
            "parents": [{"type": "Role", "id": subject.role}],
            "attrs": {
                "roles": list(scenario.includes(subject.role)),
                "level": subject.level,
                "labels": sorted(subject.labels),
                "suspended": subject.suspended,
            },
        }
    nobody: dict[str, list[str]] = (
        {f"{action}_by": [] for action in ACTIONS} if grants else {}
    )
    for asset in scenario.assets.values():
        attributes = {"level": asset.level, "label": asset.label}
        yield {
            "uid": {"type": "Asset", "id": asset.id},
            "parents": [],
            "attrs": {**attributes, **nobody, **grants.get(asset.id, {})},
        }
