"""Names in the vault: the id of a container, and the name of the file that is in it.

Must never let a name through that leads out of the folder of its asset.
"""

import re
from typing import Final

__all__ = ["MAX_FILE_CHARACTERS", "parse_container", "parse_file_name"]

MAX_FILE_CHARACTERS: Final = 200
"""Most characters of a file name within an asset."""
# 100 random bits in the base 32 of RFC 4648, section 6, in lower case.
_CONTAINER: Final = re.compile(r"box-[a-z2-7]{20}", re.ASCII)
_SEGMENT: Final = r"(?!\.+(?:/|$))[A-Za-z0-9._-]+"
_FILE: Final = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*", re.ASCII)


def parse_container(text: object) -> str:
    """Return `text` if it is the id of a container, `box-` and 20 of `a-z2-7`.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(text, str) or not _CONTAINER.fullmatch(text):
        raise ValueError("the id of a container is `box-` and 20 of `a-z2-7`")
    return text


def parse_file_name(text: object) -> str:
    """Return `text` if it is the name of a file within an asset.

    A relative POSIX path of at most 200 characters; each segment is made of letters,
    digits, `.`, `_` and `-`, and none of dots alone.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(text, str) or len(text) > MAX_FILE_CHARACTERS:
        raise ValueError(f"a file name has at most {MAX_FILE_CHARACTERS} characters")
    if not _FILE.fullmatch(text):
        raise ValueError(
            "a file name is one such as `model.safetensors` or `a/config.json`"
        )
    return text
