"""What the record knows goes forward with it, and never back."""

from contextlib import closing
from dataclasses import replace
from typing import Final

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.institute import Institute
from ringwall.model.raid_events import DESK
from ringwall.pip.known import read_known
from ringwall.threats.benchmark import Benchmark
from tests.example import NOON, apply, declare

_NO_BENCHMARK: Final = Benchmark(())
_MOVED: Final = """
people:
  - id: user:ada
    organisation: org:institute
    roles: [weights-researcher]
    note: moved
"""


def test_an_earlier_state_brought_up_to_date_is_the_whole_one(
    institute: Institute,
) -> None:
    ledger = institute.ledger(writable=False)
    before = read_known(ledger, _NO_BENCHMARK)
    apply(institute, declare(institute.folder, _MOVED))

    after = read_known(ledger, _NO_BENCHMARK, before)
    whole = read_known(ledger, _NO_BENCHMARK)
    ledger.close()

    assert after.basis > before.basis
    assert after.matters is before.matters
    assert after.facts.documents() == whole.facts.documents()
    assert after.facts.documents() != before.facts.documents()
    assert after.facts.entries == whole.facts.entries
    assert after.facts.entries["user:ada"] == after.basis
    assert before.facts.entries["user:ada"] < before.basis
    assert after.facts.with_people({}).entries == after.facts.entries
    assert after.facts.with_benchmark(_NO_BENCHMARK).entries == after.facts.entries
    assert (after.basis, after.policy) == (whole.basis, whole.policy)
    assert (after.people, after.origin) == (whole.people, whole.origin)


def test_reports_and_cases_are_known_to_those_who_ask_for_them(
    institute: Institute,
) -> None:
    with closing(institute.ledger(writable=False)) as ledger:
        without = read_known(ledger, _NO_BENCHMARK)
        known = read_known(ledger, _NO_BENCHMARK, with_cases=True)
        later = read_known(ledger, _NO_BENCHMARK, known)

        assert without.facts.annex is None
        assert later.facts.annex is known.facts.annex is not None
        assert known.with_benchmark(Benchmark(())).facts.annex is known.facts.annex
        subject, _ = known.facts.subject("user:joan", NOON)
        asset, _ = known.facts.reached(DESK, subject, NOON)
        assert asset.id == DESK


def test_without_news_the_facts_stay_the_same_value(institute: Institute) -> None:
    ledger = institute.ledger(writable=False)
    before = read_known(ledger, _NO_BENCHMARK)

    after = read_known(ledger, _NO_BENCHMARK, before)
    ledger.close()

    assert after.facts is before.facts


def test_a_record_that_has_lost_events_is_not_believed(institute: Institute) -> None:
    ledger = institute.ledger(writable=False)
    known = read_known(ledger, _NO_BENCHMARK)
    ahead = replace(known, basis=known.basis + 1)

    with pytest.raises(IntegrityError) as caught:
        read_known(ledger, _NO_BENCHMARK, ahead)
    ledger.close()

    assert caught.value.code == "ledger-rolled-back"


def test_sites_are_measured_against_the_threat_models_that_are_named(
    institute: Institute,
) -> None:
    ledger = institute.ledger(writable=False)
    known = read_known(ledger, _NO_BENCHMARK)
    ledger.close()
    benchmark = institute.catalogue().benchmark

    measured = known.with_benchmark(benchmark)

    assert known.facts.benchmark == _NO_BENCHMARK
    assert measured.facts.benchmark == benchmark
    assert replace(measured, facts=known.facts) == known
