"""What a concern answers: the outcome of a decision and why the nearest rows failed.

Values only; must never be built with a permit that names no rule.
"""

from dataclasses import dataclass

__all__ = ["FailedCondition", "NearRow", "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of one concern to one request.

    Attributes:
        permitted: whether some row allows and none denies.
        rules: ids in file order: of all allowing rows when permitted, of all
            denying rows when some row denies, else none.
        error: why the request could not be evaluated; such a request is denied.
    """

    permitted: bool
    rules: tuple[str, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class FailedCondition:
    """One condition that a request does not meet.

    Attributes:
        name: the condition, e.g. "site".
        code: its stable reason code.
        message: its sentence.
        seen: what the request holds, as text.
        needed: what the row asks for, as text.
    """

    name: str
    code: str
    message: str
    seen: str
    needed: str


@dataclass(frozen=True, slots=True)
class NearRow:
    """A row that explains a deny.

    Attributes:
        rule: its id.
        file: the file it stands in.
        line: its 1-based line.
        effect: "deny" for a row that denies the request, "allow" for one that
            would have permitted it had the failed conditions held.
        failed: every condition that does not hold; none for a "deny" row.
        about: what the comment above a "deny" row says of it, which may be nothing;
            for an "allow" row the failed conditions speak, and it is empty.
    """

    rule: str
    file: str
    line: int
    effect: str
    failed: tuple[FailedCondition, ...]
    about: str = ""
