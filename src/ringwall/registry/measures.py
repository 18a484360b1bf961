"""What may not be attested or excepted: by whom, of which measure, of what.

Who looks into measures from SL3 up is there to assess and does not run them. Must
never judge again what is on record as it was: people leave, and what they approved
stays approved.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.dated import Attestation, MeasureException
from ringwall.model.levels import SecurityLevel
from ringwall.model.measures import level_of
from ringwall.model.parties import Organisation, Person
from ringwall.model.places import Site
from ringwall.registry.assessors import EXPECTED, unfit_assessor
from ringwall.registry.proposal import FieldPath, Proposal
from ringwall.registry.terms import Terms

__all__ = ["measure_faults"]

_INDEPENDENT_FROM: Final = SecurityLevel.SL3
_EXECUTIVE: Final = "ciso"
_Holder = Site | Organisation


def measure_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `unknown-measure`, `measure-elsewhere` and what is wrong with who says so.

    That is `assessor-not-independent`, `assessor-unfit`, `exception-unapproved`.
    """
    for document in proposal.wanted.values():
        if isinstance(document, Site | Organisation):
            yield from _of_holder(document, proposal, terms)


def _of_holder(holder: _Holder, proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    before = proposal.before(holder)
    same = before is not None and _runner(before) == _runner(holder)
    for number, attestation in enumerate(holder.attestations):
        at: FieldPath = ("attestations", number)
        for place, measure in enumerate(attestation.measures):
            path = (*at, "measures", place)
            yield from _misplaced(holder, path, measure, proposal, terms)
        if not (same and before and attestation in before.attestations):
            yield from _assessor(holder, at, attestation, proposal, terms)
    for number, exception in enumerate(holder.exceptions):
        at = ("exceptions", number)
        path = (*at, "measure")
        yield from _misplaced(holder, path, exception.measure, proposal, terms)
        if not (before and exception in before.exceptions):
            yield from _approval(holder, at, exception, proposal)


def _runner(holder: _Holder) -> str:
    """Return the organisation that runs what is attested."""
    return holder.operator if isinstance(holder, Site) else holder.id


def _misplaced(
    holder: _Holder, path: FieldPath, measure: str, proposal: Proposal, terms: Terms
) -> Iterator[Fault]:
    benchmark = terms.catalogue.benchmark
    if measure not in benchmark:
        message = f"`{path[0]}`: `{measure}` is no measure of the threat models"
        expected = "a measure that `ringwall threat measures` lists"
        yield proposal.fault(holder.id, path, "unknown-measure", message, expected)
        return
    scope = benchmark.scope(measure)
    if (scope == "institute") != isinstance(holder, Organisation):
        true_of = "the institute" if scope == "institute" else "a site"
        message = f"`{path[0]}`: `{measure}` is true of {true_of}, not of `{holder.id}`"
        expected = f"it to be attested at {true_of}"
        yield proposal.fault(holder.id, path, "measure-elsewhere", message, expected)


def _assessor(
    holder: _Holder,
    at: FieldPath,
    attestation: Attestation,
    proposal: Proposal,
    terms: Terms,
) -> Iterator[Fault]:
    assessor = attestation.assessor
    path = (*at, "assessor")
    highest = max(map(level_of, attestation.measures))
    code, wrong, expected = "assessor-unfit", "", "an organisation in good standing"
    document = proposal.after.get(assessor)
    if highest < _INDEPENDENT_FROM:
        if isinstance(document, Organisation) and document.suspended:
            wrong = "is suspended"
    elif assessor == _runner(holder):
        code, wrong = "assessor-not-independent", f"runs `{holder.id}`"
        expected = f"another organisation, from {_INDEPENDENT_FROM} up"
    else:
        wrong, expected = unfit_assessor(assessor, proposal, terms.now), EXPECTED
    if wrong:
        message = f"`assessor`: `{assessor}` {wrong} and attests {highest}"
        yield proposal.fault(holder.id, path, code, message, expected)


def _approval(
    holder: _Holder, at: FieldPath, exception: MeasureException, proposal: Proposal
) -> Iterator[Fault]:
    approvers = [proposal.after.get(entity) for entity in exception.approved_by]
    people = [person for person in approvers if isinstance(person, Person)]
    code, expected = "exception-unapproved", "two people of the institute, one its CISO"
    for person in people:
        unfit = _unfit(person, proposal)
        if unfit:
            path = (*at, "approved_by", exception.approved_by.index(person.id))
            message = f"`approved_by`: `{person.id}` {unfit}"
            yield proposal.fault(holder.id, path, code, message, expected)
    if not any(_EXECUTIVE in person.roles for person in people):
        path = (*at, "approved_by")
        message = f"`approved_by`: nobody with the role `{_EXECUTIVE}` is among them"
        yield proposal.fault(holder.id, path, code, message, expected)


def _unfit(person: Person, proposal: Proposal) -> str:
    """Return why somebody may not approve an exception, empty if they may."""
    employer = proposal.after.get(person.organisation)
    if not isinstance(employer, Organisation) or not employer.is_institute:
        return "is not of the institute"
    return "is suspended" if person.suspended or employer.suspended else ""
