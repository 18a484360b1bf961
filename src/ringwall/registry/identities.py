"""What may not be declared of keys, logins, accounts and managers.

Must never let one person pass for two, nor two for one: whoever holds a key or a login
of two people could approve what they asked for themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.model.credentials import key_body
from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.places import Point
from ringwall.model.providers import Provider
from ringwall.registry.proposal import FieldPath, Proposal
from ringwall.registry.terms import Terms
from ringwall.signing.ssh import parse_public_key
from ringwall.signing.tokens import check_issuer_key

__all__ = ["identity_faults"]

_ACCOUNT: Final = "account-unfit"
_UNUSABLE: Final = "key-unusable"


class _Held(NamedTuple):
    """Something that stands for one holder: a key, a login, an issuer."""

    thing: tuple[str, ...]
    holder: str
    path: FieldPath


def identity_faults(proposal: Proposal, _: Terms) -> Iterator[Fault]:
    """Give `key-unusable`, `duplicate-identity`, `account-unfit` and three more.

    Those are `duplicate-issuer`, `manager-unfit` and `identity-lowered`.
    """
    yield from _words_believed_again(proposal)
    yield from _unusable_keys(proposal)
    yield from _unusable_issuer_keys(proposal)
    yield from _held_twice(proposal)
    yield from _issuers_twice(proposal)
    yield from _unfit_accounts(proposal)
    yield from _unfit_managers(proposal)


def _words_believed_again(proposal: Proposal) -> Iterator[Fault]:
    """Refuse that an institute in which identity is proven goes back to words.

    One line would turn off every proof there is.
    """
    for organisation in proposal.declared(Organisation):
        before = proposal.before(organisation)
        proven = before is not None and before.is_institute and before.identity is None
        if proven and organisation.identity is not None:
            message = f"`identity`: in `{organisation.id}` it is proven, on record"
            yield proposal.fault(
                organisation.id,
                ("identity",),
                "identity-lowered",
                message,
                "nothing to be said of `identity`",
            )


def _unusable_keys(proposal: Proposal) -> Iterator[Fault]:
    for entity, document in proposal.wanted.items():
        for path, line in _key_lines(document):
            try:
                parse_public_key(line)
            except ValueError as error:
                message = f"`{path[0]}`: the key can't be used: {error}"
                expected = "a line as `ssh-keygen -t ed25519` prints it"
                yield proposal.fault(entity, path, _UNUSABLE, message, expected)


def _unusable_issuer_keys(proposal: Proposal) -> Iterator[Fault]:
    for provider in proposal.declared(Provider):
        for number, key in enumerate(provider.keys):
            try:
                check_issuer_key(key)
            except ConfigurationError as error:
                message = f"`keys`: {error.message}"
                path, expected = ("keys", number), "a key as the provider publishes it"
                yield proposal.fault(provider.id, path, _UNUSABLE, message, expected)


def _held_twice(proposal: Proposal) -> Iterator[Fault]:
    """Refuse a key or login that two hold who are not accounts of one person.

    Lapsed keys count: who once had a key may have it still.
    """
    after = proposal.after
    expected = "each key and login with one holder, or `account_of` where it is one"
    for first, second in _pairs(after, _credentials):
        if _natural(first.holder, after) == _natural(second.holder, after):
            continue
        for mine, other in ((first, second), (second, first)):
            if mine.holder in proposal.wanted:
                message = (
                    f"`{mine.path[0]}`: `{mine.holder}` has what stands for "
                    f"`{other.holder}`, too"
                )
                yield proposal.fault(
                    mine.holder, mine.path, "duplicate-identity", message, expected
                )


def _issuers_twice(proposal: Proposal) -> Iterator[Fault]:
    """Refuse two providers of one issuer: each user of it would have two logins."""
    for first, second in _pairs(proposal.after, _issuers):
        for mine, other in ((first, second), (second, first)):
            if mine.holder in proposal.wanted:
                message = f"`issuer`: it is that of `{other.holder}`, too"
                yield proposal.fault(
                    mine.holder,
                    mine.path,
                    "duplicate-issuer",
                    message,
                    "one provider for each issuer",
                )


def _unfit_accounts(proposal: Proposal) -> Iterator[Fault]:
    """Refuse accounts of accounts, and of people of other organisations."""
    after = proposal.after
    for person in _people(after):
        main = after.get(person.account_of or "")
        if not isinstance(main, Person):
            continue  # nobody's account, or an `unknown-reference`
        blamed = person.id if person.id in proposal.wanted else main.id
        if blamed not in proposal.wanted:
            continue
        if main.account_of is not None:
            message = f"`account_of`: `{main.id}` is an account of somebody itself"
            expected = "the id of the person whom all the accounts are of"
            path: FieldPath = ("account_of",)
        elif main.organisation != person.organisation:
            message = (
                f"`account_of`: `{person.id}` is of `{person.organisation}`, "
                f"`{main.id}` of `{main.organisation}`"
            )
            expected = "an account in the person's own organisation"
            path = ("account_of",) if blamed == person.id else ("organisation",)
        else:
            continue
        yield proposal.fault(blamed, path, _ACCOUNT, message, expected)


def _unfit_managers(proposal: Proposal) -> Iterator[Fault]:
    """Refuse that somebody reports to another account of their own."""
    after = proposal.after
    for person in proposal.declared(Person):
        manager = person.manager
        if manager and _natural(manager, after) == _natural(person.id, after):
            message = f"`manager`: `{manager}` is the same person as `{person.id}`"
            yield proposal.fault(
                person.id, ("manager",), "manager-unfit", message, "somebody else"
            )


def _people(documents: Mapping[str, Document]) -> Iterator[Person]:
    return (doc for doc in documents.values() if isinstance(doc, Person))


def _natural(entity: str, documents: Mapping[str, Document]) -> str:
    """Return the id under which a natural person stands first."""
    document = documents.get(entity)
    return (document.account_of if isinstance(document, Person) else "") or entity


def _pairs(
    documents: Mapping[str, Document], things: Callable[[Document], Iterable[_Held]]
) -> Iterator[tuple[_Held, _Held]]:
    """Give each thing that stands with two holders, with the first and another."""
    seen: dict[tuple[str, ...], _Held] = {}
    for document in documents.values():
        for held in things(document):
            first = seen.setdefault(held.thing, held)
            if first.holder != held.holder:
                yield first, held


def _credentials(document: Document) -> Iterator[_Held]:
    for path, line in _key_lines(document):
        yield _Held(("key", key_body(line)), document.id, path)
    if isinstance(document, Person | Service):
        for number, login in enumerate(document.logins):
            thing = ("login", login.provider, login.subject)
            yield _Held(thing, document.id, ("logins", number))


def _issuers(document: Document) -> Iterator[_Held]:
    if isinstance(document, Provider):
        yield _Held(("issuer", document.issuer), document.id, ("issuer",))


def _key_lines(document: Document) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(document, Person | Service):
        for number, key in enumerate(document.keys):
            yield ("keys", number, "key"), key.key
    elif isinstance(document, Point) and document.key is not None:
        yield ("key",), document.key
