"""Where files that come with ringwall lie: policies, threat models, rules, examples.

A wheel carries them inside the package, a checkout beside `src/`. This module
only finds the folders; it never reads, copies or changes what is in them.
"""

from pathlib import Path
from typing import Literal

from ringwall.base.errors import ConfigurationError

__all__ = ["ShippedName", "shipped_path"]

ShippedName = Literal["policies", "threat_models", "watch", "raid", "examples"]

_PACKAGE = Path(__file__).resolve().parent


def shipped_path(name: ShippedName, *, package: Path = _PACKAGE) -> Path:
    """Return the folder `name` as it came with this installation.

    Args:
        name: which of the shipped folders.
        package: the installed `ringwall` package; another one only in tests.

    Raises:
        ConfigurationError: `installation-incomplete` when the folder is neither
            in the package nor in a checkout around it.
    """
    packaged = package / "share" / name
    if packaged.is_dir():
        return packaged
    # Only a checkout has pyproject.toml two folders up. Without it the parent is
    # some stranger's folder, and its `policies/` must not be taken for ours.
    root = package.parent.parent
    if (root / "pyproject.toml").is_file() and (root / name).is_dir():
        return root / name
    raise ConfigurationError(
        "installation-incomplete",
        f"the folder `{name}` that comes with ringwall is missing from `{package}`",
        next_step="install ringwall again",
    )
