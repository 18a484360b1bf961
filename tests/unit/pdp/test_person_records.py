"""What is on record of one id counts for each other id of the same natural person."""

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import document_of
from ringwall.model.parties import Person
from ringwall.pdp.facts import FactBase
from ringwall.pdp.people import NOTHING_KNOWN, DutyRecord, PersonRecord
from ringwall.pdp.person_records import PersonRecords
from tests.unit.pdp.ladder import BENCHMARK
from tests.unit.pdp.test_reviewing import PEOPLE, decision, review

NOW = parse_instant("2026-11-21T12:00:00Z")
DOCUMENTS = {one["id"]: document_of(one) for one in PEOPLE}


def records(**people: PersonRecord) -> PersonRecords:
    by_id = {f"user:{name.replace('_', '-')}": one for name, one in people.items()}
    return PersonRecords(by_id, FactBase(DOCUMENTS, BENCHMARK))


def passed(index: int) -> DutyRecord:
    return DutyRecord(index, "screening", "passed", NOW, NOW + 1)


def test_of_whom_there_is_no_record_nothing_is_known() -> None:
    assert records().of("user:ada") is NOTHING_KNOWN
    assert records(max=PersonRecord(left_at=9)).of("user:ada") == NOTHING_KNOWN


def test_all_accounts_of_a_person_have_one_record_in_the_order_of_the_log() -> None:
    found = records(
        ada=PersonRecord(duties=(passed(5),)),
        ada_too=PersonRecord(left_at=9, duties=(passed(3),)),
    )

    assert found.of("user:ada") is found.of("user:ada-too")
    assert found.of("user:ada").left
    assert [duty.index for duty in found.of("user:ada").duties] == [3, 5]
    assert not found.of("user:max").left


def test_reviews_come_with_the_decisions_that_count() -> None:
    good, bad = decision("user:hedy"), decision("user:hedy", signer="ada")
    opened = review()
    whole = type(opened)(
        *(opened.id, 7, opened.at, opened.subject, opened.what, "", opened.due),
        (bad, good),
    )
    found = records(ada=PersonRecord(reviews=(whole,))).of("user:ada")

    assert [one.decisions for one in found.reviews] == [(good,)]


def test_who_is_on_record_without_a_document_has_left_too() -> None:
    assert records(gone=PersonRecord(left_at=9)).of("user:gone").left


def test_whoever_has_left_is_suspended_in_all_documents() -> None:
    found = records(ada_too=PersonRecord(left_at=9)).without_leavers()
    suspended = {
        name for name, one in found.items() if isinstance(one, Person) and one.suspended
    }

    assert suspended == {"user:ada", "user:ada-too"}
    still = records(ada=PersonRecord(duties=(passed(1),))).without_leavers()
    assert still == DOCUMENTS
