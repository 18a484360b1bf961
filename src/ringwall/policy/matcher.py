"""The matcher as a syntax tree: read from text, and written back.

`parse_matcher(format_matcher(x)) == x`. Knows no types and must never evaluate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.dialect import MAX_CONDITIONS, MAX_MATCHER_DEPTH, NAME
from ringwall.policy.text_file import PlacedText
from ringwall.policy.tokens import Token, matcher_refused, tokenize

__all__ = [
    "And",
    "Call",
    "ColumnRef",
    "Compare",
    "Expression",
    "Literal",
    "Not",
    "Or",
    "Path",
    "conjuncts",
    "format_matcher",
    "parse_matcher",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text."""

    text: str
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A request attribute, `r.asset.kind` or `r.action`; `path` is without `r.`."""

    path: str
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of the row, `p.kind`."""

    name: str
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a registered function."""

    function: str
    arguments: "tuple[Expression, ...]"
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`; the operator is `==`, `!=` or `in`."""

    operator: str
    left: "Expression"
    right: "Expression"
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: "Expression"
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Two or more operands of `&&`."""

    operands: "tuple[Expression, ...]"
    place: tuple[int, int] = field(default=(1, 1), compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more operands of `||`."""

    operands: "tuple[Expression, ...]"
    place: tuple[int, int] = field(default=(1, 1), compare=False)


Expression: TypeAlias = Literal | Path | ColumnRef | Call | Compare | Not | And | Or

_COMPARISONS = frozenset({"==", "!=", "in"})


def parse_matcher(source: PlacedText | str, file: str = "model.conf") -> Expression:
    """Return the syntax tree of a matcher.

    Args:
        source: the matcher, with places when it comes from a file.
        file: name for the faults.

    Raises:
        PolicyError: `policy-refused` with one fault, the first met: those of
            `tokenize`, `matcher-syntax`, `brackets-needed`, `matcher-too-deep`,
            `too-many-conditions`.
    """
    placed = PlacedText(source) if isinstance(source, str) else source
    parser = _Parser(tokenize(placed, file), file)
    tree = parser.either(0)
    token = parser.current
    if token.kind != "end":
        raise parser.refused(token, f"`{token.text}` is out of place")
    count = len(conjuncts(tree))
    if count > MAX_CONDITIONS:
        message = f"{count} conditions, more than {MAX_CONDITIONS}"
        raise parser.refused(token, message, "too-many-conditions")
    return tree


def conjuncts(tree: Expression) -> tuple[Expression, ...]:
    """Return the operands of the outermost `&&`, brackets around them seen through."""
    if not isinstance(tree, And):
        return (tree,)
    return tuple(leaf for operand in tree.operands for leaf in conjuncts(operand))


def walk(tree: Expression) -> Iterator[Expression]:
    """Give a tree and everything in it, in the order of the text."""
    yield tree
    match tree:
        case Compare(_, left, right):
            below: tuple[Expression, ...] = (left, right)
        case Call(_, arguments):
            below = arguments
        case Not(operand):
            below = (operand,)
        case And(operands) | Or(operands):
            below = operands
        case _:
            return
    for item in below:
        yield from walk(item)


def format_matcher(tree: Expression) -> str:
    """Return the text of a syntax tree, with the fewest brackets that keep it."""
    match tree:
        case Call(function, arguments):
            return f"{function}({', '.join(map(_primary, arguments))})"
        case Compare(operator, left, right):
            return f"{_primary(left)} {operator} {_primary(right)}"
        case Not(operand):
            after = format_matcher if isinstance(operand, Not) else _primary
            return f"!{after(operand)}"
        case And(operands):
            return " && ".join(
                _bracket(item) if isinstance(item, And | Or) else format_matcher(item)
                for item in operands
            )
        case Or(operands):
            return " || ".join(
                _bracket(item) if isinstance(item, Or) else format_matcher(item)
                for item in operands
            )
        case _:
            return _format_value(tree)


def _format_value(tree: Literal | Path | ColumnRef) -> str:
    match tree:
        case Literal(text):
            return f'"{text}"'
        case Path(path):
            return f"r.{path}"
        case _:
            return f"p.{tree.name}"


def _bracket(tree: Expression) -> str:
    return f"({format_matcher(tree)})"


def _primary(tree: Expression) -> str:
    if isinstance(tree, Compare | Not | And | Or):
        return _bracket(tree)
    return format_matcher(tree)


class _Parser:
    """Recursive descent over the tokens; `depth` counts open brackets and `!`."""

    def __init__(self, tokens: tuple[Token, ...], file: str) -> None:
        self._tokens = tokens
        self._file = file
        self._at = 0

    @property
    def current(self) -> Token:
        return self._tokens[self._at]

    def refused(
        self, token: Token, message: str, code: str = "matcher-syntax"
    ) -> PolicyError:
        fault = Fault(self._file, token.line, token.column, code, message)
        return matcher_refused(fault)

    def either(self, depth: int) -> Expression:
        start = self.current
        operands = [self._both(depth)]
        while self._take("||"):
            operands.append(self._both(depth))
        if len(operands) == 1:
            return operands[0]
        return Or(tuple(operands), (start.line, start.column))

    def _both(self, depth: int) -> Expression:
        start = self.current
        operands = [self._test(depth)]
        while self._take("&&"):
            operands.append(self._test(depth))
        if len(operands) == 1:
            return operands[0]
        return And(tuple(operands), (start.line, start.column))

    def _test(self, depth: int) -> Expression:
        start = self.current
        place = (start.line, start.column)
        if self._take("!"):
            operand = self._negated(depth + 1)
            if self.current.text in _COMPARISONS and self.current.kind != "literal":
                message = "`!` before a comparison needs brackets"
                raise self.refused(start, message, "brackets-needed")
            return Not(operand, place)
        left = self._primary(depth)
        operator = self._comparison()
        if not operator:
            return left
        right = self._primary(depth)
        if self._comparison():
            message = "a comparison of a comparison needs brackets"
            raise self.refused(start, message, "brackets-needed")
        return Compare(operator, left, right, place)

    def _negated(self, depth: int) -> Expression:
        self._check_depth(depth)
        start = self.current
        if self._take("!"):
            return Not(self._negated(depth + 1), (start.line, start.column))
        return self._primary(depth)

    def _primary(self, depth: int) -> Expression:
        token = self.current
        place = (token.line, token.column)
        if self._take("("):
            self._check_depth(depth + 1)
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        if token.kind == "literal":
            self._at += 1
            return Literal(token.text, place)
        if token.kind != "name" or token.text == "in":
            shown = f"`{token.text}`" if token.text else "the end of the matcher"
            raise self.refused(token, f"{shown} stands where a value is needed")
        self._at += 1
        return self._named(token, depth)

    def _named(self, token: Token, depth: int) -> Expression:
        place = (token.line, token.column)
        if self._take("("):
            self._check_depth(depth + 1)
            arguments = [self._primary(depth + 1)]
            while self._take(","):
                arguments.append(self._primary(depth + 1))
            self._expect(")")
            return Call(token.text, tuple(arguments), place)
        first, *rest = token.text.split(".")
        if all(NAME.fullmatch(part) for part in rest):
            if first == "r" and len(rest) in {1, 2}:
                return Path(".".join(rest), place)
            if first == "p" and len(rest) == 1:
                return ColumnRef(rest[0], place)
        message = f"`{token.text}` is neither an attribute, a column nor a call"
        raise self.refused(token, message)

    def _comparison(self) -> str:
        token = self.current
        if token.kind != "literal" and token.text in _COMPARISONS:
            self._at += 1
            return token.text
        return ""

    def _take(self, operator: str) -> bool:
        token = self.current
        if token.kind == "operator" and token.text == operator:
            self._at += 1
            return True
        return False

    def _expect(self, operator: str) -> None:
        token = self.current
        if not self._take(operator):
            raise self.refused(token, f"`{operator}` is missing here")

    def _check_depth(self, depth: int) -> None:
        if depth > MAX_MATCHER_DEPTH:
            message = f"the matcher is nested deeper than {MAX_MATCHER_DEPTH}"
            raise self.refused(self.current, message, "matcher-too-deep")
