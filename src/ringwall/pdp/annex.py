"""Assets that the registry does not list: another desk keeps them, and knows who is in.

Asked one by one, and nothing of an answer is kept, since they move without the basis.
Must never say anything of an asset that the registry has.
"""

from typing import NamedTuple, Protocol

from ringwall.model.facts import AssetFacts

__all__ = ["Annex", "Annexed", "Asker"]


class Asker(NamedTuple):
    """Who asks for an asset.

    Attributes:
        id: of the person or service.
        accounts: all ids of the natural person, theirs included; none for a service,
            which nobody admits by name.
        compartments: that the registry has them in.
        action: what they would do; empty if nothing yet.
        now: instant.
    """

    id: str
    accounts: tuple[str, ...]
    compartments: frozenset[str]
    action: str
    now: int


class Annexed(NamedTuple):
    """An asset that another desk keeps.

    Attributes:
        facts: what policies see of it.
        opened: compartments of it that the asker is in, beside those of the registry.
    """

    facts: AssetFacts
    opened: frozenset[str]


class Annex(Protocol):
    """Where assets are looked up that the registry does not list."""

    def keeps(self, entity: str) -> bool:
        """Return whether an id is of the kinds kept there, whoever has one of it."""
        ...

    def whole(self, entity: str) -> str:
        """Return the id of what stands for all that is kept there of a kind.

        Args:
            entity: id; one that it keeps.
        """
        ...

    def look(self, entity: str, asker: Asker) -> Annexed | None:
        """Return an asset as an asker may see it, None if there is none.

        Takes as long for one that the asker is not in as for one that there is not.

        Args:
            entity: id; one that it keeps.
            asker: who would reach it.
        """
        ...
