"""model.conf as named parts in one fixed form, so that two of them can be compared.

Leaves out what has no effect: comments, layout, the order of unordered words.
"""

from collections.abc import Iterator

from ringwall.policy.concern import Concern
from ringwall.policy.matcher import format_matcher
from ringwall.policy.schema import Schema
from ringwall.policy.value_types import format_type

__all__ = ["model_text"]


def model_text(concern: Concern) -> dict[str, str]:
    """Return what a model says, part by part.

    Args:
        concern: any concern.

    Returns:
        For each part its name, such as `condition tier` or `vocabulary level`, and
        what it says on one line.
    """
    parts: dict[str, str] = {}
    for part, text in _parts(concern):
        # Two conditions of one name, which have one reason, are both said under it.
        said = parts.setdefault(part, text)
        if said != text:
            parts[part] = f"{said} && {text}"
    return parts


def _parts(concern: Concern) -> Iterator[tuple[str, str]]:
    schema = concern.schema
    yield "request", ", ".join(schema.objects)
    yield "columns", ", ".join(column.name for column in schema.columns)
    for condition in concern.conditions:
        yield f"condition {condition.name}", format_matcher(condition.expression)
        if condition.code:
            reason = f"{condition.code}, {condition.message}"
            yield f"reason {condition.name}", reason
    yield from _types(schema)
    for name, roles in concern.relations.items():
        yield f"relation {name}", roles.words.name
    for pair in concern.separations:
        first, second = sorted((pair.first, pair.second))
        yield f"separation {first}, {second}", "nobody may hold both"


def _types(schema: Schema) -> Iterator[tuple[str, str]]:
    for vocabulary in schema.vocabularies:
        words = vocabulary.values if vocabulary.ordered else sorted(vocabulary.values)
        joint = " < " if vocabulary.ordered else ", "
        yield f"vocabulary {vocabulary.name}", joint.join(words)
    for attribute in schema.attributes:
        yield f"type r.{attribute.path}", format_type(attribute.type)
    for column in schema.columns[1:-1]:
        tail = ", open" if column.open else ""
        yield f"type p.{column.name}", format_type(column.type) + tail
