"""What may not be declared of organisations, people and services.

Must never let anybody become the institute, act with the standing of an organisation
that does not answer for them, or vouch for themselves.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.parties import Organisation, Person, Service
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["party_faults"]

_BY_ITSELF: Final = "evidence-by-itself"


def party_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `unknown-role`, `operator-elsewhere`, `evidence-by-itself` and three more.

    Those are the institute's, `second-institute` and `institute-changed`, and
    `person-removed`.
    """
    yield from _unknown_roles(proposal, terms)
    yield from _second_institute(proposal)
    yield from _institute_changed(proposal)
    yield from _foreign_operators(proposal)
    yield from _self_assessed(proposal)
    yield from _screened_by_their_own(proposal)
    yield from _removed_people(proposal, terms)


def _unknown_roles(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    known = ", ".join(sorted(terms.roles))
    holders: list[Person | Service] = [*proposal.declared(Person)]
    holders += proposal.declared(Service)
    for holder in holders:
        for number, role in enumerate(holder.roles):
            if role not in terms.roles:
                message = f"`roles`: `{role}` is not a role of the access policy"
                path = ("roles", number)
                yield proposal.fault(holder.id, path, "unknown-role", message, known)


def _second_institute(proposal: Proposal) -> Iterator[Fault]:
    institutes = sorted(
        entity
        for entity, document in proposal.after.items()
        if isinstance(document, Organisation) and document.is_institute
    )
    if len(institutes) > 1:
        for entity in institutes:
            if entity in proposal.wanted:
                message = f"`relation`: institutes are {' and '.join(institutes)}"
                path, expected = ("relation",), "one institute"
                yield proposal.fault(
                    entity, path, "second-institute", message, expected
                )


def _institute_changed(proposal: Proposal) -> Iterator[Fault]:
    """Refuse that the institute becomes another organisation, or another it.

    Everybody of the organisation that is the institute may reach any tier.
    """
    expected = "the organisation on record as the institute to stay it"
    code = "institute-changed"
    for entity, old in proposal.current.items():
        relation = old.relation if isinstance(old, Organisation) else ""
        if relation == "institute" and entity in proposal.removed:
            message = f"`remove`: `{entity}` is the institute"
            yield proposal.removed[entity].fault((), code, message, expected)
        if relation and entity in proposal.wanted:
            new = proposal.wanted[entity]
            said = new.relation if isinstance(new, Organisation) else ""
            if said != relation and "institute" in {said, relation}:
                message = f"`relation`: `{entity}` is `{relation}`, not `{said}`"
                yield proposal.fault(entity, ("relation",), code, message, expected)


def _foreign_operators(proposal: Proposal) -> Iterator[Fault]:
    """Refuse a service whose operator belongs to another organisation."""
    after = proposal.after
    for entity, service in after.items():
        operator = after.get(service.operator) if isinstance(service, Service) else None
        if not isinstance(service, Service) or not isinstance(operator, Person):
            continue
        moved = entity if entity in proposal.wanted else operator.id
        if operator.organisation != service.organisation and moved in proposal.wanted:
            field = "operator" if moved == entity else "organisation"
            message = (
                f"`{field}`: `{entity}` belongs to `{service.organisation}`, its "
                f"operator `{operator.id}` to `{operator.organisation}`"
            )
            expected = "an operator of the service's own organisation"
            yield proposal.fault(
                moved, (field,), "operator-elsewhere", message, expected
            )


def _self_assessed(proposal: Proposal) -> Iterator[Fault]:
    for organisation in proposal.declared(Organisation):
        for number, evidence in enumerate(organisation.evidence):
            if _names(evidence.assessor, organisation.id):
                message = (
                    f"`evidence`: the {evidence.kind} of `{organisation.id}` is "
                    "assessed by itself"
                )
                path = ("evidence", number, "assessor")
                yield proposal.fault(
                    organisation.id, path, _BY_ITSELF, message, "another assessor"
                )


def _screened_by_their_own(proposal: Proposal) -> Iterator[Fault]:
    """Refuse people from outside whom nobody but their own organisation screened."""
    for person in proposal.declared(Person):
        employer = proposal.after.get(person.organisation)
        inside = isinstance(employer, Organisation) and employer.is_institute
        if inside or person.screening is None:
            continue
        if _names(person.screening.assessor, person.organisation):
            message = (
                f"`screening`: `{person.id}` is screened by their own organisation "
                f"`{person.organisation}`"
            )
            path, expected = ("screening", "assessor"), "another assessor"
            yield proposal.fault(person.id, path, _BY_ITSELF, message, expected)


def _removed_people(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Refuse to take people off the record who have not left.

    By their keys, logins and accounts one natural person is known as one; who has left
    is on record as gone, whatever becomes of their document, and may be erased.
    """
    for entity, place in proposal.removed.items():
        old = proposal.current.get(entity)
        if isinstance(old, Person) and not terms.has_left(entity):
            message = f"`remove`: `{entity}` has not left"
            expected = "`ringwall people leave` first"
            yield place.fault((), "person-removed", message, expected)


def _names(assessor: str, entity: str) -> bool:
    """Return whether an assessor's name is that of an organisation."""
    return assessor.strip().casefold() == entity
