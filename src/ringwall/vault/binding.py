"""What a grant for an act at the vault is bound to: this container, this use of it.

Must never make one digest of two different acts.
"""

import hashlib

from ringwall.base.canonical import dump_canonical

__all__ = ["binds_of"]


def binds_of(container: str, *, key: str = "", to: str = "") -> str:
    """Return the hex digest that a grant for an act on a container has to be bound to.

    SHA-256 of the canonical JSON of the three words. What has neither a key nor a
    site is for the container's destruction.

    Args:
        container: its id.
        key: name of the key that its data key, or that of its copy, is given to.
        to: id of the site that a copy is for; empty for no copy.
    """
    said = {"container": container, "to": to, "key": key}
    return hashlib.sha256(dump_canonical(said)).hexdigest()
