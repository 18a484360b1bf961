"""The words in which a concern asks about something.

Must never answer for a concern that does not ask: there is no word then.
"""

from ringwall.base.errors import PolicyError
from ringwall.policy.concern import Concern
from ringwall.policy.value_types import SetType, WordType

__all__ = ["asked_words"]


def asked_words(concern: Concern, path: str) -> frozenset[str]:
    """Return the vocabulary of an attribute that a concern has to ask about.

    Args:
        concern: any concern.
        path: of the attribute, e.g. `subject.roles`: a word or a set of words.

    Raises:
        PolicyError: `concern-incomplete`, it does not ask about it, or not in words.
    """
    for attribute in concern.schema.attributes:
        kind = attribute.type
        if isinstance(kind, SetType):
            kind = kind.element
        if attribute.path == path and isinstance(kind, WordType):
            return frozenset(kind.vocabulary.values)
    raise PolicyError(
        "concern-incomplete",
        f"the concern `{concern.name}` does not ask about `r.{path}` in words",
        next_step="restore its model.conf from the shipped policies",
    )
