"""What the record says of people counts from the very instant, and as long as said."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import parse_instant
from ringwall.base.months import months_after
from ringwall.model.declarations import Document, document_of
from ringwall.model.levels import SecurityLevel
from ringwall.model.parties import Organisation, Person, Programme
from ringwall.pdp.evidence import Span, Statement
from ringwall.pdp.organisations import organisation_facts
from ringwall.pdp.people import (
    INTEGRITY,
    NOTHING_KNOWN,
    SCREENING,
    TRAINING,
    Confirmation,
    DutyRecord,
    PersonRecord,
    confirmation,
    last_failure,
    last_of,
    screened_to,
    screenings_of,
    standing_of,
)
from ringwall.pdp.reviewing import Review, ReviewDecision
from tests.unit.pdp.scene import BY_ID, ask, decider, edited, institute

SL = SecurityLevel
DAY = 24 * 3600 * 1_000_000
START = parse_instant("2026-01-01T00:00:00Z")
PROGRAMME = Programme()
SHORT = Programme(
    screening_months=1, training_months=2, integrity_months=3, review_months=1
)
FAR = START + 3650 * DAY


def at(day: int) -> int:
    return START + day * DAY


def screened(level: SL = SL.SL4, first: int = 0, last: int = 3000) -> list[Statement]:
    return [Statement("personnel", level, str(level), Span(at(first), at(last)))]


def duty(
    name: str, first: int, outcome: str = "passed", last: int = 3000, index: int = 1
) -> DutyRecord:
    return DutyRecord(index, name, outcome, at(first), at(last))


def review(
    opened: int, *decisions: ReviewDecision, due: int = 30, index: int = 1
) -> Review:
    name = f"rev-{index}"
    return Review(
        name, index, at(opened), "user:ada", "power", "", at(opened + due), decisions
    )


def decided(day: int, outcome: str, index: int = 2, last: int = 3000) -> ReviewDecision:
    return ReviewDecision(
        index, at(day), "user:kay", outcome, at(last), "", "log", b"", ""
    )


def level(
    record: PersonRecord, day: int, programme: Programme | None = PROGRAMME
) -> SL:
    return standing_of(record, screened(), programme, at(day)).level


WHOLE = PersonRecord(duties=(duty(TRAINING, 0), duty(INTEGRITY, 0)))


def test_without_a_programme_nothing_but_screening_is_asked() -> None:
    found = standing_of(NOTHING_KNOWN, screened(), None, at(1000))

    assert (found.level, found.lapses, found.lacks) == (SL.SL4, (), ())
    assert found.span == Span(at(0), at(3000))
    assert standing_of(NOTHING_KNOWN, screened(), None, at(3000)).level is SL.SL0


def test_a_screening_counts_six_months_whatever_its_own_end() -> None:
    end = (months_after(START, 6) - START) // DAY

    assert level(WHOLE, end - 1) is SL.SL4
    assert level(WHOLE, end) is SL.SL0
    (lapse,) = standing_of(WHOLE, screened(), PROGRAMME, at(end)).lapses
    assert (lapse.attribute, lapse.value) == ("personnel", "SL4")
    assert (lapse.start, lapse.until) == (at(0), at(end))


def test_a_screening_on_record_renews_the_one_declared() -> None:
    again = PersonRecord(duties=(*WHOLE.duties, duty(SCREENING, 100, index=3)))

    assert level(again, 200) is SL.SL4
    assert level(again, 100 + 184) is SL.SL0
    assert standing_of(again, [], PROGRAMME, at(200)).level is SL.SL0


def test_a_screening_that_failed_leaves_nothing_until_one_is_passed() -> None:
    failed = duty(SCREENING, 10, "failed", index=3)
    found = standing_of(
        PersonRecord(duties=(*WHOLE.duties, failed)), screened(), None, at(10)
    )

    assert (found.level, found.lacks) == (SL.SL0, ("screening failed",))
    passed = PersonRecord(duties=(*WHOLE.duties, failed, duty(SCREENING, 20, index=4)))
    assert (level(passed, 19), level(passed, 20)) == (SL.SL0, SL.SL4)


def test_what_somebody_is_screened_to_counts_without_training_or_tests() -> None:
    failed = PersonRecord(duties=(duty(SCREENING, 10, "failed"),))

    assert screened_to(NOTHING_KNOWN, screened(), PROGRAMME, at(10)) is SL.SL4
    assert screened_to(NOTHING_KNOWN, screened(), PROGRAMME, at(200)) is SL.SL0
    assert screened_to(failed, screened(), PROGRAMME, at(9)) is SL.SL4
    assert screened_to(failed, screened(), PROGRAMME, at(10)) is SL.SL0


@pytest.mark.parametrize(("name", "cap"), [(TRAINING, SL.SL2), (INTEGRITY, SL.SL3)])
def test_who_lacks_training_or_a_test_is_held_down(name: str, cap: SL) -> None:
    other = TRAINING if name == INTEGRITY else INTEGRITY
    rest = duty(other, 0)
    never = standing_of(PersonRecord(duties=(rest,)), screened(), PROGRAMME, at(10))

    assert (never.level, never.lacks) == (cap, (f"no {name} on record",))
    lapsed = PersonRecord(duties=(rest, duty(name, 0, last=20)))
    assert (level(lapsed, 19), level(lapsed, 20)) == (SL.SL4, cap)
    (lapse,) = standing_of(lapsed, screened(), PROGRAMME, at(20)).lapses
    assert (lapse.value, lapse.start, lapse.until) == (name, at(0), at(20))
    later = PersonRecord(duties=(rest, duty(name, 15)))
    assert (level(later, 14), level(later, 15)) == (cap, SL.SL4)


@pytest.mark.parametrize("programme", [None, PROGRAMME])
def test_a_test_that_failed_counts_at_once_and_not_the_best_before(
    programme: Programme | None,
) -> None:
    record = PersonRecord(
        duties=(*WHOLE.duties, duty(INTEGRITY, 30, "failed", 31, index=5))
    )
    found = standing_of(record, screened(), programme, at(30))

    assert level(record, 29, programme) is SL.SL4
    assert (found.level, found.lacks) == (SL.SL3, ("integrity-test failed",))
    assert level(record, 170, programme) is SL.SL3


def test_a_pass_that_was_dated_back_undoes_no_failure() -> None:
    first, second = (duty(INTEGRITY, day, "failed") for day in (30, 10))
    early, late = duty(INTEGRITY, 20), duty(INTEGRITY, 30)
    rest = WHOLE.duties

    for failed in ((first,), (first, second), (second, first)):
        undone = PersonRecord(duties=(*rest, *failed, late))
        held = PersonRecord(duties=(*rest, *failed, early))
        assert (level(held, 40), level(undone, 40)) == (SL.SL3, SL.SL4)
        again = PersonRecord(duties=(*rest, *failed, late, early))
        assert last_of(again, INTEGRITY, at(40)) == late
        assert last_failure(again, INTEGRITY) == at(30)
    # Before the failure began, what was passed counts.
    assert level(PersonRecord(duties=(*rest, first, early)), 25) is SL.SL4
    assert last_failure(WHOLE, INTEGRITY) is None


def test_what_would_not_lower_the_level_is_not_told() -> None:
    found = standing_of(NOTHING_KNOWN, screened(SL.SL2), PROGRAMME, at(10))

    assert (found.level, found.lapses, found.lacks) == (SL.SL2, (), ())


def test_whom_nobody_confirmed_keeps_their_power_until_the_review_is_due() -> None:
    record = PersonRecord(duties=WHOLE.duties, reviews=(review(10, due=20),))

    assert (level(record, 29), level(record, 30)) == (SL.SL4, SL.SL2)
    (lapse,) = standing_of(record, screened(), PROGRAMME, at(30)).lapses
    assert (lapse.value, lapse.start, lapse.until) == (
        "access-review",
        at(10),
        at(30),
    )
    assert level(record, 100, None) is SL.SL4


def test_a_review_that_gives_years_is_due_when_the_programme_says() -> None:
    record = PersonRecord(duties=WHOLE.duties, reviews=(review(0, due=2000),))
    found = confirmation(record, SHORT, at(5))

    assert found == Confirmation("", Span(at(0), months_after(at(0), 1)))
    assert confirmation(record, None, at(5)) == Confirmation("", Span(at(0), at(2000)))
    assert confirmation(record, SHORT, at(-1)) is None


def test_a_confirmation_lasts_as_long_as_the_programme_lets_it() -> None:
    kept = PersonRecord(
        duties=WHOLE.duties, reviews=(review(0, decided(5, "kept"), due=10),)
    )

    assert level(kept, 100) is SL.SL4
    assert standing_of(kept, screened(), SHORT, at(35)).level is SL.SL0
    end = (months_after(at(5), 1) - START) // DAY
    found = standing_of(
        kept, screened(), SHORT.model_copy(update={"screening_months": 12}), at(end)
    )
    assert found.level is SL.SL2
    short = PersonRecord(
        duties=WHOLE.duties, reviews=(review(0, decided(5, "kept", last=9)),)
    )
    assert (level(short, 8), level(short, 9)) == (SL.SL4, SL.SL2)


@pytest.mark.parametrize("programme", [None, PROGRAMME])
def test_a_power_that_was_ended_is_gone_until_it_is_kept_later(
    programme: Programme | None,
) -> None:
    ended = review(0, decided(5, "ended"))
    record = PersonRecord(duties=WHOLE.duties, reviews=(ended,))
    found = standing_of(record, screened(), programme, at(5))

    assert level(record, 4, programme) is SL.SL4
    assert (found.level, found.lacks) == (SL.SL2, ("power ended by access-review",))
    again = review(6, decided(7, "kept", index=9), index=8)
    kept = PersonRecord(duties=WHOLE.duties, reviews=(ended, again))
    assert (level(kept, 6, programme), level(kept, 7, programme)) == (SL.SL2, SL.SL4)


def test_nobody_outside_is_screened_by_their_own() -> None:
    employer = organisation_facts(edited_organisation(), at(10))[1]
    own = document_of({**OUTSIDER, "screening": {**DATED, "assessor": employer.id}})
    other = document_of({**OUTSIDER, "screening": {**DATED, "assessor": "org:a"}})
    none = document_of(OUTSIDER)
    found = [
        screenings_of(person, employer)
        for person in (own, other, none)
        if isinstance(person, Person)
    ]

    assert [len(statements) for statements in found] == [0, 1, 0]


OUTSIDER = {"id": "user:out", "organisation": "org:partner"}
DATED = {
    "level": "SL4",
    "from": "2026-01-01T00:00:00Z",
    "until": "2027-01-01T00:00:00Z",
}


def edited_organisation() -> Organisation:
    found = document_of({"id": "org:partner", "relation": "partner"})
    assert isinstance(found, Organisation)
    return found


# Of the facts of a question.


def told(*changes: Document, **records: PersonRecord) -> SL:
    people = {f"user:{name}": record for name, record in records.items()}
    facts = institute(*changes).with_people(people)
    return facts.situation(ask(), at(100)).subject.personnel


PROGRAMMED = edited("org:institute", programme=PROGRAMME.model_dump())


def test_the_facts_of_a_person_count_what_is_on_record() -> None:
    assert told() is SL.SL4
    assert told(PROGRAMMED) is SL.SL2
    assert told(PROGRAMMED, ada=WHOLE) is SL.SL4
    assert told(PROGRAMMED, kay=WHOLE) is SL.SL2


def test_a_service_stands_as_its_operator_does() -> None:
    failed = PersonRecord(duties=(duty(SCREENING, 0, "failed"),))
    facts = institute().with_people({"user:ada": failed})

    found = facts.situation(ask("service:runner"), at(100)).subject
    assert (found.personnel, found.lacks) == (SL.SL0, ("screening failed",))
    left = institute().with_people({"user:ada": PersonRecord(left_at=9)})
    assert left.situation(ask("service:runner"), at(100)).subject.suspended


def test_who_has_left_is_suspended_whatever_the_document_says() -> None:
    facts = institute().with_people({"user:ada": PersonRecord(left_at=9)})

    assert facts.situation(ask(), at(100)).subject.suspended
    assert not facts.situation(ask("user:kay"), at(100)).subject.suspended
    again = facts.with_changes({"user:ada": edited("user:ada", note="changed")})
    assert again.situation(ask(), at(100)).subject.suspended
    bare = facts.with_benchmark(facts.benchmark).with_people({})
    assert not bare.situation(ask(), at(100)).subject.suspended


def test_a_lapse_is_told_where_a_question_is_denied() -> None:
    failed = PersonRecord(
        duties=(duty(INTEGRITY, 0, "failed"), duty(TRAINING, 0, last=90, index=2))
    )
    facts = institute(PROGRAMMED).with_people({"user:ada": failed})
    verdict = decider().decide(ask(), facts, at(100))
    seen = {
        reason.seen for reason in verdict.reasons if "personnel" in reason.condition
    }

    told = (
        "SL2 (integrity-test failed; personnel insider-training counts from "
        "2026-01-01T00:00:00Z until 2026-04-01T00:00:00Z)"
    )
    assert seen == {told}


# A plain reading of the rules, one instant at a time.

DUTY_NAMES = (SCREENING, TRAINING, INTEGRITY)
days = st.integers(0, 120)
duty_records = st.builds(
    lambda name, first, length, outcome: (name, first, first + length, outcome),
    st.sampled_from(DUTY_NAMES),
    days,
    st.integers(1, 90),
    st.sampled_from(("passed", "passed", "passed", "failed")),
)
review_days = st.tuples(
    days,
    st.integers(1, 60),
    st.lists(
        st.tuples(days, st.sampled_from(("kept", "kept", "ended")), st.integers(1, 90)),
        max_size=2,
    ),
)


def written(
    duties: Sequence[tuple[str, int, int, str]],
    reviews: Sequence[tuple[int, int, Sequence[tuple[int, str, int]]]],
) -> PersonRecord:
    index = len(duties)
    made = []
    for opened, due, decisions in reviews:
        index += 1
        first, taken = index, []
        for day, outcome, length in decisions:
            index += 1
            taken.append(decided(day, outcome, index, day + length))
        made.append(review(opened, *taken, due=due, index=first))
    return PersonRecord(
        duties=tuple(
            duty(name, first, outcome, last, index=number)
            for number, (name, first, last, outcome) in enumerate(duties)
        ),
        reviews=tuple(made),
    )


def plainly(record: PersonRecord, programme: Programme | None, now: int) -> int:
    """Return the level as the rules say it, without a span and without a helper."""
    screening, training, integrity = (
        _plain_duty(record, name, programme, now) for name in DUTY_NAMES
    )
    months = programme.screening_months if programme else 1000
    declared = at(0) <= now < min(at(100), months_after(at(0), months))
    result = 4 if declared or screening == "good" else 0
    if screening == "failed":
        result = 0
    for state, cap in ((training, 2), (integrity, 3)):
        if state == "failed" or (programme and state == "bad"):
            result = min(result, cap)
    return min(result, 2) if _plain_power_lost(record, programme, now) else result


def _plain_duty(
    record: PersonRecord, name: str, programme: Programme | None, now: int
) -> str:
    months = 1000
    if programme:
        months = getattr(
            programme, f"{name.replace('insider-', '').split('-')[0]}_months"
        )
    state = "bad"
    known = [one for one in record.duties if one.duty == name and one.start <= now]
    for number, one in enumerate(known):
        failures = [two for two in known[:number] if two.outcome == "failed"]
        if one.outcome == "passed" and any(two.start > one.start for two in failures):
            continue
        ends = min(one.until, months_after(one.start, months))
        state = "good" if now < ends else "bad"
        if one.outcome == "failed":
            state = "failed"
    return state


def _plain_power_lost(
    record: PersonRecord, programme: Programme | None, now: int
) -> bool:
    taken = sorted(
        (
            d.index,
            d.outcome,
            min(d.until, months_after(d.at, _review_months(programme))),
        )
        for r in record.reviews
        for d in r.decisions
        if d.at <= now
    )
    if taken:
        _, outcome, ends = taken[-1]
        return outcome == "ended" or (programme is not None and now >= ends)
    return programme is not None and any(
        now >= min(r.due, months_after(r.at, programme.review_months))
        for r in record.reviews
        if r.at <= now
    )


def _review_months(programme: Programme | None) -> int:
    return programme.review_months if programme else 1000


@given(
    st.lists(duty_records, max_size=5),
    st.lists(review_days, max_size=3),
    st.sampled_from((None, SHORT, PROGRAMME)),
    st.lists(st.tuples(days, st.sampled_from((-1, 0, 1))), min_size=1, max_size=12),
)
def test_at_every_instant_the_level_is_what_a_plain_reading_gives(
    duties: list[tuple[str, int, int, str]],
    reviews: list[tuple[int, int, list[tuple[int, str, int]]]],
    programme: Programme | None,
    asked: list[tuple[int, int]],
) -> None:
    record = written(duties, reviews)
    statements = screened(last=100)
    for day, near in asked:
        now = at(day) + near
        found = standing_of(record, statements, programme, now)
        assert found.level == plainly(record, programme, now)
        assert found.span.holds(now)
        for inside in (found.span.start, found.span.end - 1):
            if at(-1) < inside < FAR:
                same = standing_of(record, statements, programme, inside)
                assert (same.level, same.lapses, same.lacks) == (
                    found.level,
                    found.lapses,
                    found.lacks,
                )


@given(
    st.lists(duty_records, max_size=5),
    st.lists(st.tuples(days, st.sampled_from((-1, 0, 1))), min_size=1, max_size=12),
)
def test_facts_that_are_remembered_lapse_at_the_very_instant(
    duties: list[tuple[str, int, int, str]], asked: list[tuple[int, int]]
) -> None:
    record = written(duties, ())
    short = edited("org:institute", programme=SHORT.model_dump())
    document = {
        **BY_ID["user:ada"],
        "screening": {
            "level": "SL4",
            "assessor": "office",
            "from": "2026-01-01T00:00:00Z",
            "until": "2026-04-11T00:00:00Z",
        },
    }
    facts = institute(short, document_of(document)).with_people({"user:ada": record})
    for day, near in asked:
        now = at(day) + near
        if now >= START:
            found = facts.subject("user:ada", now)[0]
            assert found.personnel == plainly(record, SHORT, now)
