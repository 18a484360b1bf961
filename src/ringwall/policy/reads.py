"""Which attributes have been read once a row is known to match.

`&&` and `||` stop early, so a matcher may permit without having looked at everything
its schema names. What this leaves out is looked at before a permit is given.
"""

from ringwall.policy.matcher import And, Expression, Not, Or, Path, walk

__all__ = ["surely_read"]


def surely_read(tree: Expression, *, outcome: bool = True) -> frozenset[str]:
    """Return the paths that evaluating a condition reads whenever it comes out so.

    Args:
        tree: any condition.
        outcome: what it came out as.
    """
    if isinstance(tree, Not):
        return surely_read(tree.operand, outcome=not outcome)
    if not isinstance(tree, And | Or):
        return frozenset(node.path for node in walk(tree) if isinstance(node, Path))
    if isinstance(tree, And) is outcome:  # it went through to the end
        found = (surely_read(item, outcome=outcome) for item in tree.operands)
        return frozenset().union(*found)
    first = tree.operands[0]
    return surely_read(first, outcome=True) & surely_read(first, outcome=False)
