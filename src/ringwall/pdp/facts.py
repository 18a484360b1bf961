"""From the registry's documents to the facts of one question (the PIP's core).

A `FactBase` is a snapshot: it never changes what it answers for the same instant.
Must never invent a fact: what is not on record is a reason to deny.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.facts import (
    AmountFacts,
    AssetFacts,
    GrantFacts,
    InstituteFacts,
    OrganisationFacts,
    PointFacts,
    SessionFacts,
    SiteFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.levels import Authentication, Integrity, Quorum
from ringwall.model.parties import Organisation, Person, Programme, Service
from ringwall.model.places import Point, Rate, Site
from ringwall.model.providers import Provider
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.annex import Annex, Asker
from ringwall.pdp.evidence import Span
from ringwall.pdp.holders import SERVICE_ROLES, holders_by_login, roles_by_holder
from ringwall.pdp.holdings import asset_facts
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.natural_persons import accounts_of, natural_person, natural_persons
from ringwall.pdp.on_file import needed, operator_of
from ringwall.pdp.organisations import organisation_facts
from ringwall.pdp.people import PersonRecord, screenings_of, standing_of
from ringwall.pdp.person_records import PersonRecords
from ringwall.pdp.presence import people_present
from ringwall.pdp.same_file import ids_by_file
from ringwall.pdp.standing import Standing, Standings
from ringwall.threats.benchmark import Benchmark

__all__ = ["NO_GRANT", "UNKNOWN_AMOUNTS", "FactBase"]

UNKNOWN_AMOUNTS: Final = AmountFacts()
"""What is assumed of a question when nobody has counted."""

NO_GRANT: Final = GrantFacts(Quorum.NONE)
"""What is assumed of a question that nobody has approved."""

_SESSIONS: Final = {level: SessionFacts(level) for level in Authentication}
_UNDECLARED: Final = "undeclared"
_PROVEN: Final = "proven"
_UNCONSTRAINED: Final = "unconstrained"
_Party = tuple[SubjectFacts, OrganisationFacts]
_Place = tuple[SiteFacts, PointFacts]


class FactBase:
    """The registry at one state.

    Args:
        documents: id -> declared value.
        benchmark: the measures that sites are held to.
        people: id -> what else is on record of a person.
        entries: id -> index of the entry that last changed a document, or took it off
            the record; what was never changed since some index need not be in it.
        annex: has assets that `documents` lack; None for nobody.

    Attributes:
        people: what is on record of each natural person.
        entries: as given.
        annex: likewise.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        benchmark: Benchmark,
        people: Mapping[str, PersonRecord] = MappingProxyType({}),
        entries: Mapping[str, int] = MappingProxyType({}),
        annex: Annex | None = None,
    ) -> None:
        self.entries = entries
        self.annex = annex
        self._documents = dict(documents)
        self._benchmark = benchmark
        self.people = PersonRecords(people, self)
        self._sites = Standings(self.people.without_leavers(), benchmark)
        self._parties: dict[str, tuple[Span, _Party]] = {}
        self._organisations: dict[str, tuple[Span, OrganisationFacts]] = {}
        self._standings: dict[str, tuple[Span, Standing]] = {}
        self._places: dict[str, tuple[Span, _Place]] = {}
        self._assets: dict[str, tuple[Span, AssetFacts]] = {}

    def __len__(self) -> int:
        """Return how many documents there are."""
        return len(self._documents)

    @property
    def benchmark(self) -> Benchmark:
        """The measures there are."""
        return self._benchmark

    def with_changes(
        self,
        changes: Mapping[str, Document | None],
        entries: Mapping[str, int] = MappingProxyType({}),
    ) -> "FactBase":
        """Return the state after documents were put (or, with None, removed)."""
        merged = {**self._documents, **changes}
        kept = {k: doc for k, doc in merged.items() if doc is not None}
        told = {**self.entries, **entries}
        return FactBase(kept, self._benchmark, self.people.by_id, told, self.annex)

    def with_benchmark(self, benchmark: Benchmark) -> "FactBase":
        """Return the same documents, their sites held to other measures."""
        state = self.people.by_id, self.entries, self.annex
        return FactBase(self._documents, benchmark, *state)

    def with_people(self, people: Mapping[str, PersonRecord]) -> "FactBase":
        """Return the same documents, with what else is on record of people.

        Args:
            people: id -> record, of all people of whom there is one.
        """
        state = people, self.entries, self.annex
        return FactBase(self._documents, self._benchmark, *state)

    def documents(self) -> Mapping[str, Document]:
        """Return id -> declared value; not to be changed."""
        return self._documents

    def left_at(self, person: str) -> int | None:
        """Return the entry from which on a natural person is gone, None if not."""
        return self.people.left_at(person)

    def subjects(self) -> Iterable[str]:
        """Return the ids of all people and services, sorted."""
        kinds = (Person, Service)
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, kinds))

    def roles_held(self) -> Mapping[str, frozenset[str]]:
        """Return the roles of each person and service, by its id."""
        return roles_by_holder(self._documents)

    def points(self) -> Iterable[str]:
        """Return the ids of all enforcement points, sorted."""
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, Point))

    def assets(self) -> Iterable[str]:
        """Return the ids of all assets, sorted."""
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, Asset))

    @cached_property
    def institute(self) -> InstituteFacts:
        """What the one institute has set for itself; undeclared if there is none."""
        found = self._sites.institute
        return InstituteFacts(
            (found and found.open_source) or _UNDECLARED,
            (found and found.identity) or _PROVEN,
        )

    @property
    def programme(self) -> Programme | None:
        """How long what is known of people counts; None if nobody said."""
        institute = self._sites.institute
        return None if institute is None else institute.programme

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """The providers of identity."""
        documents = self._documents.values()
        return tuple(doc for doc in documents if isinstance(doc, Provider))

    def holders_of(self, provider: str, login: str) -> tuple[str, ...]:
        """Return the ids of all whom a provider of identity calls so, sorted."""
        return self._holders.get((provider, login), ())

    @cached_property
    def _holders(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return holders_by_login(self._documents)

    def same_file(self, entity: str) -> tuple[str, ...]:
        """Return the ids of all assets that are the same weights, this one included.

        That is the one alone if no file of it is on record.
        """
        document = self._documents.get(entity)
        if not isinstance(document, Asset) or document.file is None:
            return (entity,)
        return self._ids_by_file[document.file.sha256]

    def rate(self, point: str) -> Rate | None:
        """Return how much an enforcement point lets through; None for no limit."""
        document = self._documents.get(point)
        return document.rate if isinstance(document, Point) else None

    @cached_property
    def natural_persons(self) -> Mapping[str, str]:
        """For each person's id, one that stands for the natural person."""
        return natural_persons(self._documents)

    def natural_person(self, entity: str) -> str:
        """Return the id that stands for who answers for an account, or a service."""
        return natural_person(entity, self._documents, self.natural_persons)

    def accounts(self, entity: str) -> tuple[str, ...]:
        """Return the ids under which the natural person behind an id acts, all of them.

        That is the one alone if nobody of that id is on record.
        """
        return self._accounts.get(self.natural_person(entity), (entity,))

    @cached_property
    def _accounts(self) -> Mapping[str, tuple[str, ...]]:
        return accounts_of(self._documents, self.natural_persons)

    def subject(self, entity: str, now: int) -> _Party:
        """Return the facts of a person or service, and of its organisation.

        Raises:
            FactMissing: `unknown-subject`, `unknown-organisation`,
                `unknown-operator`, `operator-elsewhere`.
        """
        known = self._parties.get(entity)
        if known is None or not known[0].holds(now):
            known = self._learn_party(entity, now)
        return known[1]

    @cached_property
    def _ids_by_file(self) -> Mapping[str, tuple[str, ...]]:
        return ids_by_file(self._documents)

    def asset(self, entity: str, now: int) -> AssetFacts:
        """Return the facts of an asset of the registry at an instant.

        Raises:
            FactMissing: `unknown-resource`, `asset-unclassified`, `derivation-broken`.
        """
        known = self._assets.get(entity)
        if known is not None and known[0].holds(now):
            return known[1]
        asset = needed(self._documents, entity, Asset, "resource")
        found = asset_facts(asset, self._documents, now, self.same_file(entity))
        # Looked up in the annex each time, whoever has it: else time would tell.
        if self.annex is None or not self.annex.keeps(entity):
            self._assets[entity] = found
        return found[1]

    def reached(
        self, entity: str, subject: SubjectFacts, now: int, action: str = ""
    ) -> tuple[AssetFacts, SubjectFacts]:
        """Return an asset and somebody as they stand before it, annex and all.

        Args:
            entity: id of the asset.
            subject: the facts of a person or service that the registry has.
            now: the instant.
            action: what they would do; empty if nothing yet.

        Raises:
            FactMissing: as `asset`.
        """
        annex, beside = self.annex, None
        if annex is not None and annex.keeps(entity):
            beside = annex.look(entity, self._asker(subject, now, action))
        if beside is None or entity in self._documents:
            return self.asset(entity, now), subject
        inside = subject.compartments | beside.opened
        return beside.facts, replace(subject, compartments=inside)

    def standing(self, entity: str, now: int) -> Standing:
        """Return where a site stands at an instant.

        Raises:
            FactMissing: `unknown-site`, `unknown-site-operator`,
                `site-operator-suspended`.
        """
        known = self._standings.get(entity)
        if known is None or not known[0].holds(now):
            documents = self._documents
            site = needed(documents, entity, Site, "site")
            operator = needed(documents, site.operator, Organisation, "site-operator")
            if operator.suspended:
                raise FactMissing(
                    "site-operator-suspended",
                    f"`{site.operator}`, which runs `{site.id}`, is suspended",
                )
            found = self._sites.at(site, now)
            known = self._standings[entity] = found.span, found
        return known[1]

    def situation(
        self,
        request: AccessRequest,
        now: int,
        amount: AmountFacts = UNKNOWN_AMOUNTS,
        grant: GrantFacts = NO_GRANT,
    ) -> Situation:
        """Return the facts that bear on a request.

        Args:
            request: the question.
            now: the instant.
            amount: what will have left once it is served; more than any budget if
                nobody has counted.
            grant: what was approved for it.

        Raises:
            FactMissing: subject, organisation, asset or point is not on record, or
                what it leans on is not in order.
        """
        # Every question passes here: that a span holds is spelled out, not called.
        party = self._parties.get(request.subject)
        if party is None or not party[0].start <= now < party[0].end:
            party = self._learn_party(request.subject, now)
        place = self._places.get(request.point)
        if place is None or not place[0].start <= now < place[0].end:
            place = self._learn_place(request.point, now)
        subject, organisation = party[1]
        asset = self._assets.get(request.resource)
        if asset is not None and asset[0].start <= now < asset[0].end:
            facts = asset[1]
        else:
            reached = self.reached(request.resource, subject, now, request.action)
            facts, subject = reached
        session = _SESSIONS[request.authentication]
        if request.present:
            session = SessionFacts(
                request.authentication, people_present(request, facts, self, now)
            )
        site, point = place[1]
        return Situation(
            subject,
            organisation,
            facts,
            site,
            session,
            grant,
            request.action,
            point,
            amount,
            self.institute,
        )

    def _asker(self, subject: SubjectFacts, now: int, action: str) -> Asker:
        is_person = isinstance(self._documents.get(subject.id), Person)
        accounts = self.accounts(subject.id) if is_person else ()
        return Asker(subject.id, accounts, subject.compartments, action, now)

    def _learn_party(self, entity: str, now: int) -> tuple[Span, _Party]:
        document = self._documents.get(entity)
        implied: tuple[str, ...] = ()
        if isinstance(document, Service):
            person, implied = operator_of(document, self._documents), SERVICE_ROLES
        else:
            person = document = needed(self._documents, entity, Person, "subject")
        other, organisation = self._organisation(document.organisation, now)
        record = self.people.of(person.id)
        screenings = screenings_of(person, organisation)
        found = standing_of(record, screenings, self.programme, now)
        subject = SubjectFacts(
            id=entity,
            roles=frozenset((*document.roles, *implied)),
            compartments=frozenset(document.compartments),
            personnel=found.level,
            suspended=document.suspended or person.suspended or record.left,
            lapses=found.lapses,
            lacks=found.lacks,
        )
        span = found.span.meet(other)
        learnt = self._parties[entity] = span, (subject, organisation)
        return learnt

    def _organisation(self, entity: str, now: int) -> tuple[Span, OrganisationFacts]:
        known = self._organisations.get(entity)
        if known is None or not known[0].holds(now):
            organisation = needed(self._documents, entity, Organisation, "organisation")
            known = self._organisations[entity] = organisation_facts(organisation, now)
        return known

    def _learn_place(self, entity: str, now: int) -> tuple[Span, _Place]:
        point = needed(self._documents, entity, Point, "point")
        standing = self.standing(point.site, now)
        facts = PointFacts(
            id=point.id,
            interface=point.interface or _UNCONSTRAINED,
            tier=Tier.LOWER if point.tier is None else point.tier,
            integrity=point.integrity or Integrity.UNVERIFIED,
        )
        learnt = self._places[entity] = standing.span, (standing.facts, facts)
        return learnt
