"""Words that can be asked for and that no row ever allows."""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.lint.finding import Finding
from ringwall.policy.lint.meaning import Meaning
from ringwall.policy.lint.word_place import word_place
from ringwall.policy.schema import Attribute
from ringwall.policy.value_types import WordType
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["actions_without_rule"]


def actions_without_rule(concern: Concern) -> Iterator[Finding]:
    """Give `action-without-rule` for each action that no row allows.

    An action is a word that a request holds by itself, as `r.action` does.

    Args:
        concern: any concern.
    """
    for attribute in concern.schema.attributes:
        kind = attribute.type
        if not attribute.name and isinstance(kind, WordType):
            for word in _never_allowed(concern, attribute, kind.vocabulary):
                message = f"no row allows `{word}` as `{attribute.path}`"
                line, column = word_place(concern, kind.vocabulary, word)
                fault = Fault(
                    f"{concern.name}/{MODEL_FILE}",
                    line,
                    column,
                    "action-without-rule",
                    message,
                    "a row for it, or no such word",
                )
                yield Finding(fault)


def _never_allowed(
    concern: Concern, attribute: Attribute, vocabulary: Vocabulary
) -> list[str]:
    """Return the words that the conditions on this one attribute always shut out."""
    conditions = [
        condition
        for condition in concern.conditions
        if condition.paths == (attribute.path,)
    ]
    names = {name for condition in conditions for name in condition.columns}
    places = [concern.schema.column_index(name) for name in names]
    allowing = {
        tuple(rule.values[at] for at in places): rule.values
        for rule in concern.rules
        if rule.effect == "allow"
    }
    meaning = Meaning(concern)
    left = dict.fromkeys(vocabulary.values)
    for row in allowing.values():
        for word in tuple(left):
            value = vocabulary.rank(word) if vocabulary.ordered else word
            seen = {attribute.path: value}
            if all(meaning.holds(item.expression, seen, row) for item in conditions):
                del left[word]
    return list(left)
