"""From the registry's documents to the facts of one question (the PIP's core).

A `FactBase` is a snapshot: it never changes what it answers for the same instant.
Must never invent a fact: what is not on record is a reason to deny.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from ringwall.model.decisions import Reason, Stage
from ringwall.model.declarations import (
    Asset,
    Document,
    Organisation,
    Person,
    Point,
    Service,
    Site,
)
from ringwall.model.facts import (
    AssetFacts,
    GrantFacts,
    Lapse,
    OrganisationFacts,
    SessionFacts,
    SiteFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.ids import asset_kind
from ringwall.model.levels import (
    Authentication,
    Domain,
    Quorum,
    Screening,
    SecurityLevel,
)
from ringwall.model.requests import AccessRequest
from ringwall.model.values import parse_flop
from ringwall.pdp.evidence import Span, Statement, best_at

__all__ = ["FactBase", "FactMissing", "asset_facts"]

_SESSIONS: Final = {level: SessionFacts(level) for level in Authentication}
_NO_GRANT: Final = GrantFacts(Quorum.NONE)
# What a service is by its nature, whatever else it is declared to be.
_SERVICE: Final = ("service",)
_Party = tuple[SubjectFacts, OrganisationFacts]
_T = TypeVar("_T")


class FactMissing(Exception):
    """What the question names has no usable facts on record.

    Args:
        code: stable kebab-case name of the reason to deny.
        message: for an officer.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.reason = Reason(Stage.FACTS, code, message)


def asset_facts(asset: Asset) -> AssetFacts:
    """Return what policies see of an asset.

    Raises:
        FactMissing: the asset is held in no tier.
    """
    if asset.tier is None:
        raise FactMissing(
            "asset-unclassified", f"`{asset.id}` has not been put in a tier yet"
        )
    return AssetFacts(
        id=asset.id,
        kind=asset_kind(asset.id),
        tier=asset.tier,
        compartments=frozenset(asset.compartments),
        compute=parse_flop(asset.compute.high) if asset.compute else 0,
        capability=asset.evaluated(),
        content=asset.content,
    )


class FactBase:
    """The registry at one state.

    Args:
        documents: id -> declared value.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = dict(documents)
        self._parties: dict[str, tuple[Span, _Party]] = {}
        self._organisations: dict[str, tuple[Span, OrganisationFacts]] = {}
        self._sites: dict[str, tuple[Span, SiteFacts]] = {}
        self._assets: dict[str, AssetFacts] = {}

    def __len__(self) -> int:
        """Return how many documents there are."""
        return len(self._documents)

    def with_changes(self, changes: Mapping[str, Document | None]) -> "FactBase":
        """Return the state after documents were put (or, with None, removed)."""
        merged = {**self._documents, **changes}
        return FactBase({k: doc for k, doc in merged.items() if doc is not None})

    def documents(self) -> Mapping[str, Document]:
        """Return id -> declared value; not to be changed."""
        return self._documents

    def subjects(self) -> Iterable[str]:
        """Return the ids of all people and services, sorted."""
        kinds = (Person, Service)
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, kinds))

    def roles_held(self) -> Mapping[str, frozenset[str]]:
        """Return the roles of each person and service, by its id."""
        held = {}
        for entity, document in self._documents.items():
            if isinstance(document, Person | Service):
                implied = _SERVICE if isinstance(document, Service) else ()
                held[entity] = frozenset((*document.roles, *implied))
        return held

    def points(self) -> Iterable[str]:
        """Return the ids of all enforcement points, sorted."""
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, Point))

    def assets(self) -> Iterable[str]:
        """Return the ids of all assets, sorted."""
        return sorted(k for k, doc in self._documents.items() if isinstance(doc, Asset))

    def situation(self, request: AccessRequest, now: int) -> Situation:
        """Return the facts that bear on a request at an instant.

        Raises:
            FactMissing: subject, organisation, asset or point is not on record.
        """
        # Every question passes here: that a span holds is spelled out, not called.
        party = self._parties.get(request.subject)
        if party is None or not party[0].start <= now < party[0].end:
            party = self._learn(
                self._parties, request.subject, self._party(request.subject, now)
            )
        site = self._sites.get(request.point)
        if site is None or not site[0].start <= now < site[0].end:
            site = self._learn(
                self._sites, request.point, self._site(request.point, now)
            )
        asset = self._assets.get(request.resource)
        if asset is None:
            asset = asset_facts(self._need(request.resource, Asset, "resource"))
            self._assets[request.resource] = asset
        subject, organisation = party[1]
        return Situation(
            subject,
            organisation,
            asset,
            site[1],
            _SESSIONS[request.authentication],
            _NO_GRANT,
            request.action,
        )

    @staticmethod
    def _learn(
        memory: dict[str, tuple[Span, _T]], key: str, entry: tuple[Span, _T]
    ) -> tuple[Span, _T]:
        memory[key] = entry
        return entry

    def _need(self, entity: str, kind: type[_T], role: str) -> _T:
        document = self._documents.get(entity)
        if not isinstance(document, kind):
            raise FactMissing(f"unknown-{role}", f"`{entity[:128]}` is not on record")
        return document

    def _party(self, entity: str, now: int) -> tuple[Span, _Party]:
        document = self._documents.get(entity)
        implied: tuple[str, ...] = ()
        if isinstance(document, Service):
            person, implied = self._operator_of(document), _SERVICE
        else:
            person = document = self._need(entity, Person, "subject")
        rank, lapses, span = best_at(_screenings(person), now)
        subject = SubjectFacts(
            id=entity,
            roles=frozenset((*document.roles, *implied)),
            compartments=frozenset(document.compartments),
            personnel=SecurityLevel(rank),
            suspended=document.suspended or person.suspended,
            lapses=lapses,
        )
        other, organisation = self._organisation(document.organisation, now)
        return span.meet(other), (subject, organisation)

    def _organisation(self, entity: str, now: int) -> tuple[Span, OrganisationFacts]:
        known = self._organisations.get(entity)
        if known is None or not known[0].holds(now):
            organisation = self._need(entity, Organisation, "organisation")
            facts, span = _organisation_facts(organisation, now)
            known = self._learn(self._organisations, entity, (span, facts))
        return known

    def _operator_of(self, service: Service) -> Person:
        """Return who answers for a service, and so must be of the same organisation.

        Else a partner's employee could act with the institute's standing.
        """
        person = self._need(service.operator, Person, "operator")
        if person.organisation != service.organisation:
            raise FactMissing(
                "operator-elsewhere",
                f"`{person.id}`, who runs `{service.id}`, is of another organisation",
            )
        return person

    def _site(self, entity: str, now: int) -> tuple[Span, SiteFacts]:
        site = self._need(self._need(entity, Point, "point").site, Site, "site")
        if self._need(site.operator, Organisation, "site-operator").suspended:
            raise FactMissing(
                "site-operator-suspended",
                f"`{site.operator}`, which runs `{site.id}`, is suspended",
            )
        whole = Span()
        all_lapses: list[Lapse] = []
        levels: dict[str, SecurityLevel] = {}
        for domain in Domain:
            statements = [
                Statement.of(a, domain.value, a.level, str(a.level))
                for a in site.attestations
                if a.domain is domain
            ]
            rank, lapses, span = best_at(statements, now)
            levels[domain.value] = SecurityLevel(rank)
            whole = whole.meet(span)
            all_lapses += lapses
        weakest = min(
            level for name, level in levels.items() if name != Domain.PERSONNEL
        )
        return whole, SiteFacts(
            id=site.id, level=weakest, lapses=tuple(all_lapses), **levels
        )


def _screenings(person: Person) -> list[Statement]:
    if person.screening is None:
        return []
    level = person.screening.level
    return [Statement.of(person.screening, "personnel", level, str(level))]


_MEASURES: Final[dict[str, tuple[str, Callable[[int], object]]]] = {
    "screening": ("screening", Screening),
    "cybersecurity": ("cyber", SecurityLevel),
    "rule-of-law": ("rule_of_law", int),
    "freedoms": ("freedoms", int),
}


def _organisation_facts(
    organisation: Organisation, now: int
) -> tuple[OrganisationFacts, Span]:
    whole = Span()
    all_lapses: list[Lapse] = []
    found: dict[str, int] = {}
    for kind, (attribute, scale) in _MEASURES.items():
        statements = []
        for evidence in organisation.evidence:
            if evidence.kind == kind:
                rank = _rank(evidence.level, evidence.score)
                word = str(scale(rank))
                statements.append(Statement.of(evidence, attribute, rank, word))
        rank, lapses, span = best_at(statements, now)
        found[attribute] = rank
        whole = whole.meet(span)
        all_lapses += lapses
    facts = OrganisationFacts(
        id=organisation.id,
        relation=organisation.relation,
        screening=Screening(found["screening"]),
        cyber=SecurityLevel(found["cyber"]),
        rule_of_law=found["rule_of_law"],
        freedoms=found["freedoms"],
        suspended=organisation.suspended,
        lapses=tuple(all_lapses),
    )
    return facts, whole


def _rank(level: SecurityLevel | None, score: int | None) -> int:
    """Evidence has a level, a score or, for screening, neither: then it is 1."""
    if level is not None:
        return level
    return 1 if score is None else score
