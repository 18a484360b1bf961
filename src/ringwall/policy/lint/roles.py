"""Roles that give nothing, that nobody holds, or that come together and must not.

Who holds what is told in plain values: the registry is no matter of a policy's.
"""

from collections.abc import Iterator, Mapping

from ringwall.base.errors import Fault
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE, POLICY_FILE
from ringwall.policy.lint.finding import Finding, Severity
from ringwall.policy.lint.word_place import word_place
from ringwall.policy.matcher import Literal, walk
from ringwall.policy.model import Separation
from ringwall.policy.roles import Roles
from ringwall.policy.value_types import SetType, WordType

__all__ = ["broken_separations", "shared_hands", "unheld_roles", "unused_roles"]

_ROLES = "g"
# Where a request says what the registry knows somebody to hold.
_HELD = "subject.roles"


def unused_roles(concern: Concern) -> Iterator[Finding]:
    """Give `role-unused` for each role that no row gives anything."""
    roles = concern.relations.get(_ROLES)
    if roles is None:
        return
    places = [
        at
        for at, column in enumerate(concern.schema.columns)
        if column.type == WordType(roles.words)
    ]
    named = {rule.text[at] for rule in concern.rules for at in places}
    for condition in concern.conditions:
        for node in walk(condition.expression):
            if isinstance(node, Literal):
                named.add(node.text)
    for role in roles.words.values:
        if not roles.includes[role] & named:
            message = f"no row says anything of role `{role}` or a role it includes"
            expected = "a row for it, or no such word"
            yield Finding(_declared(concern, role, "role-unused", message, expected))


def unheld_roles(
    concern: Concern, held: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Give the advice `role-unheld` for each role that nobody holds.

    Args:
        concern: any concern.
        held: the roles that each person or service holds, by its id.
    """
    roles = _registered(concern)
    if roles is None:
        return
    everything = frozenset[str]().union(*held.values())
    for role in roles.words.values:
        if not roles.included_by[role] & everything:
            message = f"nobody on record holds role `{role}` or one that includes it"
            fault = _declared(concern, role, "role-unheld", message, "")
            yield Finding(fault, Severity.ADVICE)


def broken_separations(concern: Concern) -> Iterator[Finding]:
    """Give `separation-broken` for each role that includes two kept apart.

    A role that only includes such a role is not named again.
    """
    for pair in concern.separations:
        roles = concern.relations[_ROLES]
        both = {pair.first, pair.second}
        mixed = [role for role in roles.words.values if both <= roles.includes[role]]
        for role in mixed:
            if not (roles.includes[role] - {role}) & set(mixed):
                message = f"role `{role}` includes {_both(pair)}"
                line = _last_link(concern, role, both)
                yield _broken(f"{concern.name}/{POLICY_FILE}", line, message)


def shared_hands(
    concern: Concern, held: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Give `separation-broken` for whoever holds two roles that are kept apart.

    Args:
        concern: any concern.
        held: the roles that each person or service holds, by its id. Words that are
            no roles of the concern say nothing here.
    """
    roles = _registered(concern)
    if roles is None:
        return
    for pair in concern.separations:
        both = {pair.first, pair.second}
        for holder, words in sorted(held.items()):
            reach = [roles.includes.get(word, frozenset()) for word in words]
            if both <= frozenset[str]().union(*reach):
                message = f"`{holder}` holds {_both(pair)}"
                yield _broken(f"{concern.name}/{MODEL_FILE}", pair.line, message)


def _registered(concern: Concern) -> Roles | None:
    """Return the roles of a concern, if they are those that the registry gives."""
    roles = concern.relations.get(_ROLES)
    for attribute in concern.schema.attributes:
        if attribute.path == _HELD and roles is not None:
            return roles if attribute.type == SetType(WordType(roles.words)) else None
    return None


def _both(pair: Separation) -> str:
    return f"both `{pair.first}` and `{pair.second}`, which are to be kept apart"


def _last_link(concern: Concern, role: str, both: set[str]) -> int:
    """Return the line of the last link by which a role comes to include both."""
    includes = concern.relations[_ROLES].includes
    return max(
        link.line
        for link in concern.links
        if (link.relation, link.senior) == (_ROLES, role)
        and includes[link.junior] & both
    )


def _broken(file: str, line: int, message: str) -> Finding:
    fault = Fault(file, line, 0, "separation-broken", message, "one of the two")
    return Finding(fault)


def _declared(
    concern: Concern, role: str, code: str, message: str, expected: str
) -> Fault:
    place = word_place(concern, concern.relations[_ROLES].words, role)
    return Fault(f"{concern.name}/{MODEL_FILE}", *place, code, message, expected)
