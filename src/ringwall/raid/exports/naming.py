"""Names of the things in an export: ids that follow from the content, and its bytes.

Must never draw an id or read a clock: the same facts at the same instant are the same
bytes.
"""

import json
from typing import Any, Final
from uuid import UUID, uuid5

from ringwall.base.canonical import dump_canonical

__all__ = ["json_bytes", "observable_id", "own_uuid"]

# Drawn once for this project.
_ROOT: Final = UUID("b1f1d2a3-66d0-4f0f-9a6a-0f8c4f7f3d52")
# STIX 2.1, 2.9: of the OASIS namespace are the ids of observables, and of nothing else.
_OBSERVABLES: Final = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")


def own_uuid(*name: str) -> str:
    """Return the UUID (version 5) of a thing of ours.

    Args:
        *name: what it is called, e.g. case, recipient and kind.
    """
    return str(uuid5(_ROOT, json.dumps(name)))


def observable_id(kind: str, contributing: dict[str, Any]) -> str:
    """Return the id that STIX gives to an observable.

    Args:
        kind: of the object, e.g. `software`.
        contributing: the properties that its id follows from.
    """
    name = dump_canonical(contributing).decode()
    return f"{kind}--{uuid5(_OBSERVABLES, name)}"


def json_bytes(document: Any, *, is_sorted: bool = False) -> bytes:  # noqa: ANN401 - any JSON value
    """Return a document as JSON in ASCII, ending with a newline.

    What a stranger wrote reaches no terminal but as an escape.

    Args:
        document: what is written.
        is_sorted: whether keys go by the alphabet, else as they stand.
    """
    text = json.dumps(
        document, ensure_ascii=True, indent=2, allow_nan=False, sort_keys=is_sorted
    )
    return f"{text}\n".encode("ascii")
