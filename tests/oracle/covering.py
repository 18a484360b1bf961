"""Which rows are needless, the slow and obvious way: each held against each other."""

from ringwall.policy.concern import Concern
from ringwall.policy.implication import Implication

__all__ = ["needless_pairs"]


def needless_pairs(concern: Concern) -> dict[str, str]:
    """Return for each row that another one covers the id of the first that does.

    Deny rows come before allow rows; of rows of one effect that cover each other the
    first stays.
    """
    covers = Implication.of(concern).covers
    denying = [rule for rule in concern.rules if rule.effect == "deny"]
    allowing = [rule for rule in concern.rules if rule.effect == "allow"]
    found = {}
    for narrow in concern.rules:
        for wide in denying if narrow.effect == "deny" else denying + allowing:
            if wide is narrow or not covers(wide.values, narrow.values):
                continue
            mutual = covers(narrow.values, wide.values)
            if wide.effect == narrow.effect and mutual and wide.line > narrow.line:
                continue
            found[narrow.id] = wide.id
            break
    return found
