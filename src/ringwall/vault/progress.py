"""How far long work at the vault is, as whoever waits for it is told."""

from collections.abc import Callable

__all__ = ["Progress"]

Progress = Callable[[int, int], None]
"""Is told how many bytes of how many are done."""
