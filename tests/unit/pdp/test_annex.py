"""What another desk keeps is an asset as any other, and looked up each time."""

from contextlib import suppress
from dataclasses import replace

import pytest

from ringwall.model.declarations import Document
from ringwall.model.facts import AssetFacts, SubjectFacts
from ringwall.model.levels import Capability
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.annex import Annexed, Asker
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from tests.unit.pdp.ladder import BENCHMARK
from tests.unit.pdp.scene import NOW, ask, edited, institute

CASE, DECOY = "case:c-kept", "case:c-decoy"
IN_REGISTRY = edited(
    "eval:brief", id=DECOY, content="raid", authors=["user:ada"], note="bait"
)


class Kept:
    """Keeps one case, and knows who asked for what."""

    def __init__(self, inside: str = "") -> None:
        self.askers: list[tuple[str, Asker]] = []
        self.inside = inside
        self.authors = frozenset({"user:max"})

    def keeps(self, entity: str) -> bool:
        """Return whether it is a case."""
        return entity.startswith("case:")

    def whole(self, entity: str) -> str:
        """Return what stands for all cases."""
        assert self.keeps(entity)
        return CASE

    def look(self, entity: str, asker: Asker) -> Annexed | None:
        """Return the case."""
        self.askers.append((entity, asker))
        if entity != CASE:
            return None
        own = frozenset({"c-kept"})
        facts = AssetFacts(
            *(CASE, "raid-case", Tier.UPPER, own, 0, Capability.NONE, "raid"),
            authors=self.authors,
        )
        return Annexed(facts, own if asker.id == self.inside else frozenset())


def facts_with(annex: Kept, *changes: Document) -> FactBase:
    """Return the institute, with something kept beside it."""
    documents = institute(*changes).documents()
    return FactBase(documents, BENCHMARK, annex=annex)


def asked(resource: str = CASE, subject: str = "user:ada") -> AccessRequest:
    """Return a question about what may be kept there."""
    return replace(ask(subject), action="raid.read", resource=resource)


def test_what_is_kept_there_is_an_asset_whose_compartment_some_are_in() -> None:
    annex = Kept("user:ada")
    facts = facts_with(annex)
    inside = facts.situation(asked(), NOW)
    outside = facts.situation(asked(subject="user:max"), NOW)

    assert inside.asset.id == outside.asset.id == CASE
    assert inside.subject.compartments == {"aurora", "c-kept"}
    assert outside.subject.compartments == frozenset()
    # Of the registry's own assets nobody gets in by that.
    assert facts.situation(ask(), NOW).subject.compartments == {"aurora"}


def test_it_is_told_who_asks_and_what_for() -> None:
    annex = Kept()
    facts = facts_with(annex, edited("user:max", account_of="user:ada"))
    facts.situation(asked(), NOW)
    facts.situation(asked(subject="service:runner"), NOW)

    (first, person), (_, service) = annex.askers
    assert first == CASE
    assert (person.id, person.action, person.now) == ("user:ada", "raid.read", NOW)
    assert {"user:ada", "user:max"} <= set(person.accounts)
    assert person.compartments == {"aurora"}
    assert (service.id, service.accounts) == ("service:runner", ())


def test_nothing_of_it_is_kept_beyond_one_question() -> None:
    annex = Kept()
    facts = facts_with(annex)
    before = facts.situation(asked(), NOW).asset.authors
    annex.authors = frozenset({"user:ada"})

    assert facts.situation(asked(), NOW).asset.authors != before
    assert len(annex.askers) == 2


@pytest.mark.parametrize("entity", [CASE, DECOY, "case:c-nothing"])
def test_each_question_costs_one_lookup_whether_it_is_there_or_not(
    entity: str,
) -> None:
    annex = Kept()
    facts = facts_with(annex, IN_REGISTRY)
    for count in (1, 2, 3):
        with suppress(FactMissing):
            facts.situation(asked(entity), NOW)
        assert len(annex.askers) == count


def test_what_the_registry_has_goes_before() -> None:
    facts = facts_with(
        Kept("user:ada"), edited("eval:brief", id=CASE, authors=["user:ada"])
    )
    found = facts.situation(asked(), NOW)

    assert found.asset.content == "restricted"
    assert found.subject.compartments == {"aurora"}


def test_what_is_of_no_kind_kept_there_is_not_looked_up() -> None:
    annex = Kept()
    facts_with(annex).situation(ask(), NOW)

    assert annex.askers == []


def test_a_state_that_follows_looks_there_as_well() -> None:
    facts = facts_with(Kept("user:ada"))
    changed = facts.with_changes({"user:gone": None})
    for later in (changed, facts.with_people({}), facts.with_benchmark(BENCHMARK)):
        assert later.situation(asked(), NOW).asset.id == CASE
    with pytest.raises(FactMissing):
        institute().situation(asked(), NOW)


def test_who_would_approve_stands_before_it_as_who_asks_does() -> None:
    facts = facts_with(Kept("user:ada"))
    subject, _ = facts.subject("user:ada", NOW)
    asset, seen = facts.reached(CASE, subject, NOW)

    assert isinstance(seen, SubjectFacts)
    assert asset.compartments <= seen.compartments
    own, unchanged = facts.reached("weights:aurora", subject, NOW)
    assert own.id == "weights:aurora"
    assert unchanged is subject
