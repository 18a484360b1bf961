"""Findings beyond what the reader refuses: policies that load and are still wrong.

Returns findings, one `Fault` each. Must never refuse on its own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ringwall.base.errors import Fault
from ringwall.policy.bundle import Bundle
from ringwall.policy.cases import CasesReport
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.matcher import Literal, walk
from ringwall.policy.value_types import WordType

if TYPE_CHECKING:
    from ringwall.policy.vocabulary import Vocabulary

__all__ = ["lint_bundle", "lint_concern"]


def lint_concern(concern: Concern, report: CasesReport) -> tuple[Fault, ...]:
    """Return what is doubtful about one concern.

    Args:
        concern: any concern.
        report: how its cases came out.

    Returns:
        Findings `row-undecided-by-case`, `row-shadowed` (an allow row that can never
        count, since a deny row matches whenever it does) and `role-unused` (no row
        gives the role anything), in this order.
    """
    return (*_undecided(report), *_shadowed(concern), *_unused_roles(concern))


def lint_bundle(bundle: Bundle) -> tuple[Fault, ...]:
    """Return what is doubtful between concerns: `vocabulary-differs`.

    The same name for different words, or the same words in another order, makes the
    concerns talk past each other.
    """
    findings = []
    first: dict[str, tuple[str, Vocabulary]] = {}
    for name, concern in bundle.concerns.items():
        for vocabulary in concern.schema.vocabularies:
            owner, other = first.setdefault(vocabulary.name, (name, vocabulary))
            if other != vocabulary:
                message = f"`{vocabulary.name}` is declared otherwise in `{owner}`"
                file = f"{name}/{MODEL_FILE}"
                findings.append(Fault(file, 0, 0, "vocabulary-differs", message))
    return tuple(findings)


def _undecided(report: CasesReport) -> Iterator[Fault]:
    for rule, (file, line) in report.rows.items():
        message = f"no case decides row `{rule}`"
        yield Fault(file, line, 0, "row-undecided-by-case", message)


def _shadowed(concern: Concern) -> Iterator[Fault]:
    denies = {
        rule.values[1:-1]: rule.id for rule in concern.rules if rule.effect == "deny"
    }
    # Which columns the deny rows leave open: an allow row is looked up once for each.
    patterns = sorted({tuple(value is None for value in key) for key in denies})
    for rule in concern.rules:
        if rule.effect == "deny":
            continue
        for pattern in patterns:
            pairs = zip(rule.values[1:-1], pattern, strict=True)
            denied = denies.get(tuple(None if left else item for item, left in pairs))
            if denied is not None:
                message = f"row `{denied}` denies all that `{rule.id}` allows"
                yield Fault(rule.file, rule.line, 0, "row-shadowed", message)
                break


def _unused_roles(concern: Concern) -> Iterator[Fault]:
    relation = concern.relations.get("g")
    if relation is None:
        return
    words = relation.words
    places = [
        at
        for at, column in enumerate(concern.schema.columns)
        if column.type == WordType(words)
    ]
    named = {rule.text[at] for rule in concern.rules for at in places}
    for condition in concern.conditions:
        for node in walk(condition.expression):
            if isinstance(node, Literal):
                named.add(node.text)
    for role in words.values:
        if not relation.includes[role] & named:
            message = f"no row says anything of role `{role}` or a role it includes"
            yield Fault(f"{concern.name}/{MODEL_FILE}", 0, 0, "role-unused", message)
