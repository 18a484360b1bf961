"""Stock pycasbin on the scenario: the plain Enforcer and the FastEnforcer.

Both get what serves them best: plain comparisons of integers and strings on frozen
objects, and the FastEnforcer its index on action and asset.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import casbin
from casbin.persist.adapters.string_adapter import StringAdapter

from benchmarks.peers.scenario import Question, Scenario

__all__ = ["load_enforcer", "load_fast_enforcer"]

_REST = "r.sub.level >= r.obj.level && r.obj.label in r.sub.labels && !r.sub.suspended"
_FRAME = """[request_definition]
r = {request}
[policy_definition]
p = role, asset, action
{roles}[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = {matcher} && {rest}
"""


def _rows(scenario: Scenario) -> str:
    return "\n".join(f"p, {', '.join(row)}" for row in scenario.rows)


def load_enforcer(scenario: Scenario) -> Callable[[Question], bool]:
    """Return a plain Enforcer with its role manager."""
    logging.disable(logging.CRITICAL)
    text = _FRAME.format(
        request="sub, obj, act",
        roles="[role_definition]\ng = _, _\n",
        matcher="r.act == p.action && r.obj.id == p.asset && g(r.sub.role, p.role)",
        rest=_REST,
    )
    links = "\n".join(f"g, {senior}, {junior}" for senior, junior in scenario.links)
    model = casbin.Enforcer.new_model(text=text)
    enforcer = casbin.Enforcer(model, StringAdapter(f"{_rows(scenario)}\n{links}"))

    def decide(question: Question) -> bool:
        subject = scenario.subjects[question.subject]
        asset = scenario.assets[question.asset]
        return bool(enforcer.enforce(subject, asset, question.action))

    return decide


def load_fast_enforcer(scenario: Scenario) -> Callable[[Question], bool]:
    """Return a FastEnforcer; roles are followed outside it, in its favour."""
    logging.disable(logging.CRITICAL)
    text = _FRAME.format(
        request="role, asset, action, sub, obj",
        roles="",
        matcher="r.action == p.action && r.asset == p.asset && r.role == p.role",
        rest=_REST,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.conf"
        path.write_text(text, encoding="utf-8")
        enforcer = casbin.FastEnforcer(
            str(path), StringAdapter(_rows(scenario)), cache_key_order=[2, 1]
        )
    held = {role: scenario.includes(role) for role in scenario.roles}

    def decide(question: Question) -> bool:
        subject = scenario.subjects[question.subject]
        asset = scenario.assets[question.asset]
        return any(
            enforcer.enforce(role, asset.id, question.action, subject, asset)
            for role in held[subject.role]
        )

    return decide
