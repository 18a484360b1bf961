"""What libraries log of a file that they read: nothing.

Pillow logs each field of a picture where all is logged, the name of its maker too; what
an operator reads is no place for that. Must never be left out before a file is read.
"""

import logging
from typing import Final

__all__ = ["hush"]

_LIBRARIES: Final = ("PIL", "pikepdf")
_ABOVE_ALL: Final = logging.CRITICAL + 1


def hush() -> None:
    """Have the libraries that read files log nothing, whoever asks them to."""
    for library in _LIBRARIES:
        # Their modules are loaded late: a new logger goes by the one above it.
        logging.getLogger(library).setLevel(_ABOVE_ALL)
        for name in tuple(logging.Logger.manager.loggerDict):
            if name.startswith(f"{library}."):
                logging.getLogger(name).setLevel(_ABOVE_ALL)
