"""Who is to be told, as the routing tables have them, for the barrier to judge.

Must never call somebody known whom nobody has checked of late.
"""

from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.routing.plan import ceiling_of, is_verified
from ringwall.raid.routing.rows import Contact, Routes

__all__ = ["body_of"]


def body_of(contact: Contact, tables: Routes, now: int) -> Recipient:
    """Return a contact as the barrier asks for it.

    It is in no compartment. Its key is its own: tables in which what enforces has the
    same one are refused. That somebody of the desk has checked it of late stands for
    its attestation: what the desk writes to it asks for no more.

    Args:
        contact: of the tables.
        tables: in force.
        now: instant, for how long ago it was checked.
    """
    function = tables.functions[contact.function]
    return Recipient(
        contact.id,
        function=function.enforcement,
        own=contact.enforcement,
        ceiling=ceiling_of(function, contact),
        compartments=frozenset(),
        state=contact.state,
        has_key=contact.key is not None,
        is_attested=is_verified(contact, now),
    )
