"""Do a caller's classes hold the facts a concern reads, in the form it reads them?

Checked once, when the product starts. Must never look at a value.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import IntEnum
from typing import get_type_hints

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.schema import Attribute
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    ValueType,
    WordType,
    format_type,
)
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["check_facts"]


def check_facts(concern: Concern, classes: Mapping[str, type]) -> None:
    """Check the classes that will stand for the request objects of a concern.

    Raises:
        PolicyError: `facts-differ`, with a fault for each attribute that is missing
            (`fact-missing`) or annotated otherwise (`fact-type`).
    """
    file = f"{concern.name}/{MODEL_FILE}"
    faults = []
    for attribute in concern.schema.attributes:
        problem = _problem(attribute, classes)
        if problem is not None:
            faults.append(Fault(file, 0, 0, *problem))
    if faults:
        raise PolicyError(
            "facts-differ",
            f"concern `{concern.name}` reads facts that the program does not have",
            next_step="correct [types] of the model",
            faults=tuple(faults),
        )


def _problem(
    attribute: Attribute, classes: Mapping[str, type]
) -> tuple[str, str] | None:
    path = f"r.{attribute.path}"
    found: object = classes.get(attribute.subject)
    if found is None:
        return "fact-missing", f"the program has no `r.{attribute.subject}`"
    if attribute.name:
        hints = get_type_hints(found) if is_dataclass(found) else {}
        if attribute.name not in hints:
            return "fact-missing", f"the program has no `{path}`"
        found = hints[attribute.name]
    if not _fits(attribute.type, found):
        wanted = format_type(attribute.type)
        return "fact-type", f"`{path}` is `{wanted}` here but not in the program"
    return None


def _fits(kind: ValueType, annotation: object) -> bool:
    match kind:
        case WordType(vocabulary) if vocabulary.ordered:
            return _is_scale(vocabulary, annotation)
        case WordType() | IdType():
            return annotation is str
        case FlagType():
            return annotation is bool
        case NumberType() | InstantType():
            return annotation is int
        case _:
            return bool(annotation == frozenset[str])


def _is_scale(vocabulary: Vocabulary, annotation: object) -> bool:
    """Return whether an enum counts the words of a vocabulary upwards from 0."""
    if not isinstance(annotation, type) or not issubclass(annotation, IntEnum):
        return False
    members = sorted(annotation)
    if [int(member) for member in members] != list(range(len(vocabulary.values))):
        return False
    return all(
        word in {str(member), str(member).lower()}
        for word, member in zip(vocabulary.values, members, strict=True)
    )
