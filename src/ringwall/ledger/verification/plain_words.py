"""Words about a ledger with people by their ids, where those are disclosed.

Must never reveal what was written about a person, nor trust a value that its token is
not the commitment to.
"""

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.memory.disclosing import disclosures_of
from ringwall.ledger.memory.disclosures import reveal_text, tokens_in

__all__ = ["PlainWords"]

_PERSON = "user:~"


class PlainWords:
    """Puts ids in place of the tokens of people.

    Args:
        connection: to the ledger's database.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, bytes] = {}

    def __call__(self, text: str) -> str:
        """Return a text with each token of a person replaced, where the id is known."""
        tokens = {t for t in tokens_in(text) if t.startswith(_PERSON)}
        for token in tokens:
            if token not in self._known:
                self._learn(token)
        return reveal_text(text, self._known) if tokens else text

    def _learn(self, token: str) -> None:
        try:
            found = disclosures_of(self._connection, [token])
        except IntegrityError:
            return
        # What a person's token stands for is printable: nothing else is true.
        for disclosure in found.values():
            self._known[token] = disclosure.value
