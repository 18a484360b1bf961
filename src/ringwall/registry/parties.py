"""What may not be declared of organisations, people and services.

Must never let anybody become the institute, or act with the standing of an
organisation that does not answer for them.
"""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.model.parties import Organisation, Person, Service
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["party_faults"]


def party_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `unknown-role`, `operator-elsewhere` and two faults of the institute.

    Those are `second-institute` and `institute-changed`.
    """
    yield from _unknown_roles(proposal, terms)
    yield from _second_institute(proposal)
    yield from _institute_changed(proposal)
    yield from _foreign_operators(proposal)


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
        if isinstance(document, Organisation) and document.relation == "institute"
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
