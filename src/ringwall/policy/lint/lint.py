"""Findings beyond what the reader refuses: policies that load and are still wrong.

Must never refuse on its own.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from ringwall.base.errors import Fault
from ringwall.policy.bundle import Bundle
from ringwall.policy.cases.cases import CasesReport
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.lint.actions import actions_without_rule
from ringwall.policy.lint.finding import Finding
from ringwall.policy.lint.roles import (
    broken_separations,
    shared_hands,
    unheld_roles,
    unused_roles,
)
from ringwall.policy.lint.rows import needless_rows
from ringwall.policy.lint.stages import missing_concerns, unasked_concerns
from ringwall.policy.lint.word_place import word_place

if TYPE_CHECKING:
    from ringwall.policy.vocabulary import Vocabulary

__all__ = ["lint_bundle", "lint_concern"]


def lint_concern(
    concern: Concern,
    report: CasesReport,
    held: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Finding, ...]:
    """Return what is doubtful about one concern.

    Args:
        concern: any concern.
        report: how its cases came out.
        held: the roles that each person and service on record holds, by its id;
            None where there is no registry to ask.

    Returns:
        Findings `row-undecided-by-case`; `row-dead`, `row-shadowed`,
        `rows-contradict` and `row-subsumed`; `role-unused`; `separation-broken`;
        `action-without-rule`; and with a registry the advice `role-unheld`.
    """
    findings = [
        *_undecided(report),
        *needless_rows(concern),
        *unused_roles(concern),
        *broken_separations(concern),
        *actions_without_rule(concern),
    ]
    if held is not None:
        findings += shared_hands(concern, held)
        findings += unheld_roles(concern, held)
    return tuple(findings)


def lint_bundle(bundle: Bundle, asked: Collection[str]) -> tuple[Finding, ...]:
    """Return what is doubtful about the concerns of a bundle taken together.

    Args:
        bundle: any bundle.
        asked: names of the concerns that every request passes.

    Returns:
        The advice `concern-missing` and `concern-unasked`, and `vocabulary-differs`:
        the same name for different words, or for the same words in another order,
        makes the concerns talk past each other.
    """
    return (
        *missing_concerns(bundle, asked),
        *unasked_concerns(bundle, asked),
        *_differing_vocabularies(bundle),
    )


def _differing_vocabularies(bundle: Bundle) -> Iterator[Finding]:
    first: dict[str, tuple[str, Vocabulary]] = {}
    for name, concern in bundle.concerns.items():
        for vocabulary in concern.schema.vocabularies:
            owner, other = first.setdefault(vocabulary.name, (name, vocabulary))
            if other != vocabulary:
                message = f"`{vocabulary.name}` is declared otherwise in `{owner}`"
                line, column = word_place(concern, vocabulary, vocabulary.values[0])
                fault = Fault(
                    f"{name}/{MODEL_FILE}",
                    line,
                    column,
                    "vocabulary-differs",
                    message,
                    "the same words in the same order",
                )
                yield Finding(fault)


def _undecided(report: CasesReport) -> Iterator[Finding]:
    for rule, (file, line) in report.rows.items():
        message = f"no case decides row `{rule}`"
        expected = "a case that it decides"
        fault = Fault(file, line, 0, "row-undecided-by-case", message, expected)
        yield Finding(fault)
