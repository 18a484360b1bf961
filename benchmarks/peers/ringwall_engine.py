"""Our own engine on the scenario: a concern in the strict dialect, compiled."""

from collections.abc import Callable, Iterable

from benchmarks.peers.scenario import ACTIONS, LEVELS, Question, Scenario
from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import EFFECT
from ringwall.policy.reader import parse_concern

__all__ = ["concern_files", "decider", "load", "requests"]

_MODEL = f"""[request_definition]
r = subject, asset, action

[policy_definition]
p = rule, role, asset, action, eft

[role_definition]
g = _, _

[policy_effect]
e = {EFFECT}

[matchers]
m = g(r.subject.role, p.role) \\
 && r.asset.id == p.asset \\
 && r.action == p.action \\
 && at_least(r.subject.level, r.asset.level) \\
 && r.asset.label in r.subject.labels \\
 && !r.subject.suspended

[vocabulary]
ROLES
action = {", ".join(ACTIONS)}
level = {" < ".join(LEVELS)}

[types]
r.subject.role = role
r.subject.level = level
r.subject.labels = set(id)
r.subject.suspended = flag
r.asset.id = id
r.asset.level = level
r.asset.label = id
r.action = action
p.role = role
p.asset = id
p.action = action

[reasons]
role = no-role, nobody in this role may do this
asset = asset-not-covered, the rule is for another asset
action = action-not-covered, the rule is for another action
subject.level = level-insufficient, the level is below that of the asset
asset.label = label-missing, the label of the asset is not among the person's
subject.suspended = suspended, the person is suspended
"""
_PER_LINE = 100


def concern_files(scenario: Scenario) -> dict[str, bytes]:
    """Return the files of the concern, as an officer would keep them."""
    groups = [
        ", ".join(scenario.roles[start : start + _PER_LINE])
        for start in range(0, len(scenario.roles), _PER_LINE)
    ]
    roles = "role = " + ", \\\n ".join(groups)
    links = [f"g, {senior}, {junior}\n" for senior, junior in scenario.links]
    rows = [
        f"p, acc-{number:06}, {role}, {asset}, {action}, allow\n"
        for number, (role, asset, action) in enumerate(scenario.rows)
    ]
    return {
        "model.conf": _MODEL.replace("ROLES", roles).encode(),
        "policy.csv": "".join(links + rows).encode(),
    }


def load(files: dict[str, bytes]) -> CompiledConcern:
    """Return the engine, from the bytes of the files."""
    return compile_concern(parse_concern("access", files))


def requests(
    concern: Concern, scenario: Scenario, questions: Iterable[Question]
) -> list[object]:
    """Return questions as the engine takes them."""
    return [
        concern.schema.request_from(
            {
                "subject": {
                    "role": subject.role,
                    "level": LEVELS[subject.level],
                    "labels": sorted(subject.labels),
                    "suspended": subject.suspended,
                },
                "asset": {
                    "id": asset.id,
                    "level": LEVELS[asset.level],
                    "label": asset.label,
                },
                "action": question.action,
            }
        )
        for question in questions
        for subject in [scenario.subjects[question.subject]]
        for asset in [scenario.assets[question.asset]]
    ]


def decider(
    compiled: CompiledConcern, scenario: Scenario, questions: Iterable[Question]
) -> Callable[[], list[bool]]:
    """Return a function that answers the questions once."""
    asked = requests(compiled.concern, scenario, questions)
    decide = compiled.decide
    return lambda: [decide(item).permitted for item in asked]
