"""Laws of the registry: it is what was declared, once, in whatever order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringwall.base.clock import FixedClock
from ringwall.base.errors import DeclarationError
from ringwall.ledger.ledger import Ledger
from ringwall.model.dated import Attestation
from ringwall.model.declarations import Document, document_of
from ringwall.model.events import institute_created, policy_activated
from ringwall.model.places import Site
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.registry.attestation_table import parse_table
from ringwall.registry.declaration_file import DeclarationFile, read_declarations
from ringwall.registry.desk import RegistryDesk
from ringwall.registry.judge import Judge
from ringwall.registry.plan import plan_changes
from ringwall.registry.terms import Terms
from ringwall.shipped import shipped_path
from ringwall.signing.keys import SigningKey, format_vkey
from ringwall.threats.folder import read_catalogue
from tests.property.strategies_registry import (
    ROLES,
    Declaration,
    declarations,
    shuffled_files,
    text_of,
)

ORIGIN = "law.example/log"
KEY = SigningKey(ORIGIN, bytes(32))
IN_FORCE = "5" * 64
CATALOGUE = read_catalogue(shipped_path("threat_models"))
TERMS = Terms(
    roles=frozenset(ROLES),
    setting="two",
    catalogue=CATALOGUE,
    now=0,
    admits=lambda *_: "",
    holders=lambda *_: frozenset(),
)


@pytest.fixture(scope="module")
def decider() -> DecisionPoint:
    bundle = read_bundle(shipped_path("policies"))
    return DecisionPoint(compile_bundle(bundle).concerns, "two")


def read(*texts: str) -> list[DeclarationFile]:
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.yaml" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return read_declarations(paths)


@contextmanager
def new_ledger() -> Iterator[Ledger]:
    first = institute_created(0, "law", "two", ORIGIN, format_vkey(KEY.verifier()))
    with TemporaryDirectory() as folder:
        events = [first, policy_activated(0, IN_FORCE, {}, CATALOGUE.digest)]
        ledger = Ledger.create(Path(folder) / "ledger.db", KEY, ORIGIN, events)
        try:
            yield ledger
        finally:
            ledger.close()


def facts_of(ledger: Ledger) -> dict[str, Document]:
    documents = ledger.registry_since(-1).documents
    return {k: document_of(data) for k, data in documents.items() if data is not None}


def declared(files: list[DeclarationFile]) -> dict[str, Document]:
    return {doc.id: doc for file in files for doc, _ in file.documents()}


@given(declarations())
@settings(max_examples=60)
def test_the_registry_is_what_was_declared_and_the_same_again_is_no_change(
    decider: DecisionPoint, declaration: Declaration
) -> None:
    files = read(text_of(declaration))

    with new_ledger() as ledger:
        desk = RegistryDesk(ledger, Judge(decider, CATALOGUE, IN_FORCE), FixedClock(0))
        plan, receipts = desk.apply(files)
        size = ledger.head().size
        again, more = desk.apply(files)

        assert facts_of(ledger) == declared(files)
        assert len(plan.changes) == len(receipts) == len(declared(files))
        assert (again.changes, more, ledger.head().size) == ((), [], size)


@given(declarations().flatmap(lambda d: st.tuples(st.just(d), shuffled_files(d))))
def test_the_order_and_division_of_files_does_not_matter(
    drawn: tuple[Declaration, list[str]],
) -> None:
    declaration, texts = drawn
    whole, parts = read(text_of(declaration)), read(*texts)

    assert declared(whole) == declared(parts)
    assert plan_changes({}, whole, TERMS) == plan_changes({}, parts, TERMS)


@given(declarations(), declarations())
def test_a_plan_leads_from_any_registry_to_one_without_loose_ends(
    before: Declaration, after: Declaration
) -> None:
    known = declared(read(text_of(before)))
    files = read(text_of(after))

    try:
        plan = plan_changes(known, files, TERMS)
    except DeclarationError:
        return

    result = dict(known)
    for change in plan.changes:
        if change.document is None:
            del result[change.entity]
        else:
            result[change.entity] = change.document
    assert result == {**known, **declared(files)}
    assert not plan_changes(result, files, TERMS).changes


@given(declarations(), st.data())
def test_one_reference_to_nothing_refuses_the_whole(
    declaration: Declaration, data: st.DataObject
) -> None:
    broken = {**declaration}
    section = data.draw(st.sampled_from(["people", "sites"]))
    field = {"people": "organisation", "sites": "operator"}[section]
    prefix = {"people": "user", "sites": "site"}[section]
    stranger = {"id": f"{prefix}:nobody-else", field: "org:not-there-at-all"}
    broken[section] = [*declaration[section], stranger]

    with pytest.raises(DeclarationError) as caught:
        plan_changes({}, read(text_of(broken)), TERMS)

    assert [fault.code for fault in caught.value.faults] == ["unknown-reference"]


MEASURES = [measure for measure in CATALOGUE.measures if measure.startswith("SL2-W")]
rows = st.lists(
    st.tuples(st.sampled_from(MEASURES), st.integers(2000, 2009), st.booleans()),
    unique_by=lambda row: row[:2],
    max_size=8,
)


def attested(found: list[tuple[str, int, bool]]) -> set[Attestation]:
    """Return what a site attests once a table of (measure, year, source) is in."""
    lines = ["holder,measure,assessor,from,until,evidence,source"]
    lines += [
        f"site:s,{measure},org:o,{year}-01-01T00:00:00Z,{year + 1}-01-01T00:00:00Z,"
        f"{'0' * 64},{'report' if sourced else ''}"
        for measure, year, sourced in found
    ]
    known: dict[str, Document] = {"site:s": Site(id="site:s", operator="org:o")}
    for sheet in parse_table("\n".join(lines).encode(), "t.csv").draft(known):
        known.update({doc.id: doc for doc, _ in sheet.documents()})
    site = known["site:s"]
    assert isinstance(site, Site)
    return set(site.attestations)


@given(rows.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_a_tables_rows_does_not_matter(
    drawn: tuple[list[tuple[str, int, bool]], list[tuple[str, int, bool]]],
) -> None:
    one, other = drawn

    assert attested(one) == attested(other)
    assert sum(len(item.measures) for item in attested(one)) == len(one)
