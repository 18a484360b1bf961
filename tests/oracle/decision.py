"""The decision pipeline written a second time, slowly, from the design alone.

Reads declared documents as plain data, asks stock Casbin for each concern, and
restates the floor. Imports nothing of `ringwall.pdp`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ringwall.model.requests import AccessRequest
from ringwall.policy.reference import ReferenceConcern
from tests.oracle.asset_facts import INTEGRITY, asset_facts
from tests.oracle.floor import stands_on_the_floor
from tests.oracle.registered import (
    TIERS,
    Data,
    Facts,
    Registry,
    UnknownError,
    best_level,
    in_date,
)
from tests.oracle.site_facts import site_facts

PERSONNEL_OF = {"lower": 1, "upper": 4, "third": 5}


class Amounts(NamedTuple):
    """What will have left, as the ledger would have counted it."""

    hour: int
    month: int
    share: int
    copies: int


class Question(NamedTuple):
    """A request, the approvals behind it (0 to 2), the instant, what will have left."""

    request: AccessRequest
    quorum: int
    now: int
    amounts: Amounts


def is_permitted(
    registry: Registry,
    concerns: Mapping[str, ReferenceConcern],
    setting: str,
    question: Question,
) -> bool:
    """Return whether a question is permitted.

    Args:
        registry: what is on record.
        concerns: those of the pipeline, all seven.
        setting: `two` or `three` tiers.
        question: what is asked.
    """
    try:
        facts = look_up(registry, question)
    except UnknownError:
        return False
    for name in asked_about(facts.action):
        if not concerns[name].decide(facts).permitted:
            return False
    return stands_on_the_floor(facts, setting)


def asked_about(action: str) -> Iterator[str]:
    yield from ("classification", "eligibility", "flow", "access")
    group, _, verb = action.partition(".")
    if group == "offer" or verb == "publish":
        yield "release"
    if group == "training":
        yield "training"
    if group == "raid":
        yield "raid_cases"


def look_up(registry: Registry, question: Question) -> Facts:
    """Return what is known about every party of a question."""
    request = question.request
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=question.now)
    subject = subject_facts(registry, request.subject, moment)
    organisation = registry.organisation(
        registry.documents[request.subject]["organisation"]
    )
    point = registry.find(request.point, "point")
    site = registry.find(point["site"], "site")
    if registry.organisation(site["operator"]).get("suspended"):
        raise UnknownError(site["operator"])
    asset = asset_facts(registry, request.resource, moment)
    return Facts(
        subject=subject,
        organisation=organisation_facts(organisation, moment),
        asset=asset,
        site=site_facts(registry, site, moment),
        session=Facts(
            authentication=int(request.authentication),
            present=how_many_are_there(registry, request, asset, moment),
        ),
        grant=Facts(quorum=question.quorum),
        action=request.action,
        point=Facts(
            interface=point.get("interface", "unconstrained"),
            tier=TIERS.index(point.get("tier", "lower")),
            integrity=INTEGRITY.index(point.get("integrity", "unverified")),
        ),
        amount=question.amounts,
        institute=Facts(open_source=scenario(registry)),
    )


def scenario(registry: Registry) -> str:
    found = registry.institutes()
    said: str = found[0].get("open_source", "undeclared") if len(found) == 1 else ""
    return said or "undeclared"


def subject_facts(registry: Registry, entity: str, moment: datetime) -> Facts:
    subject = registry.find(entity, "user", "service")
    person, implied = subject, list[str]()
    if entity.startswith("service:"):
        person = registry.find(subject["operator"], "user")
        if person["organisation"] != subject["organisation"]:
            raise UnknownError(subject["operator"])
        implied = ["service"]
    screening = [person["screening"]] if "screening" in person else []
    employer = registry.documents.get(person["organisation"], {})
    if employer.get("relation") != "institute":
        own = person["organisation"]
        screening = [item for item in screening if item["assessor"] != own]
    return Facts(
        id=entity,
        roles=frozenset([*subject.get("roles", []), *implied]),
        compartments=frozenset(subject.get("compartments", [])),
        personnel=best_level(screening, moment),
        suspended=bool(subject.get("suspended") or person.get("suspended")),
    )


def how_many_are_there(
    registry: Registry, request: AccessRequest, asset: Facts, moment: datetime
) -> int:
    """Return how many others of the institute are there who could see the asset."""
    answers = registry.documents[request.subject].get("operator", request.subject)
    heads = []
    for entity in set(request.present) - same_person(registry, answers):
        try:
            person = registry.find(entity, "user")
        except UnknownError:
            continue
        facts = subject_facts(registry, entity, moment)
        cleared = facts.personnel >= PERSONNEL_OF[TIERS[asset.tier]]
        employer = person["organisation"]
        employed = registry.is_sound(employer) and (
            registry.organisation(employer)["relation"] == "institute"
        )
        inside = facts.compartments.issuperset(asset.compartments)
        if cleared and employed and inside and not facts.suspended:
            heads.append(frozenset(same_person(registry, entity)))
    return len(set(heads))


def same_person(registry: Registry, entity: str) -> set[str]:
    """Return all accounts of somebody: joined by name, by key or by login."""
    marks = {
        other: {
            other,
            *([data["account_of"]] if "account_of" in data else []),
            *(tuple(key["key"].split()[:2]) for key in data.get("keys", [])),
            *(
                (login["provider"], login["subject"])
                for login in data.get("logins", [])
            ),
        }
        for other, data in registry.documents.items()
        if other.startswith("user:")
    }
    known, grown = {entity}, marks.get(entity, {entity})
    while True:
        found = {other for other, held in marks.items() if held & grown} | known
        if found == known:
            return known
        known, grown = found, grown.union(*(marks[one] for one in found & marks.keys()))


def organisation_facts(organisation: Data, moment: datetime) -> Facts:
    evidence = [
        item
        for item in organisation.get("evidence", [])
        if item["assessor"] != organisation["id"]
    ]
    cyber = [item for item in evidence if item["kind"] == "cybersecurity"]
    scores = {"rule-of-law": 0, "freedoms": 0, "screening": 0, "agreement": 0}
    for item in evidence:
        if item["kind"] in scores and in_date(item, moment):
            scores[item["kind"]] = max(scores[item["kind"]], item.get("score", 1))
    return Facts(
        relation=organisation["relation"],
        screening=scores["screening"],
        agreement=scores["agreement"],
        cyber=best_level(cyber, moment),
        rule_of_law=scores["rule-of-law"],
        freedoms=scores["freedoms"],
        suspended=organisation.get("suspended", False),
        enforcing=organisation.get("enforcing", False),
    )
