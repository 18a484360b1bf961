"""Bursts: what counts, from how many on, within how long, and how often it is told."""

import pytest

from ringwall.ledger.asking.passed import Passed, Seen
from ringwall.watch.counting import Breadth, Denials
from tests.watched import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    done,
    found,
    raised,
    refused,
    rule,
    seen,
)


def denials(*minutes: float, **cells: str) -> list[Seen]:
    """Return a denial at each of some minutes."""
    told = {"effect": "deny", "code": "no-rule", **cells}
    return [seen(n, AT + int(m * MINUTE), **told) for n, m in enumerate(minutes)]


def reads(*resources: str, step: int = MINUTE, first: int = 0) -> list[Seen]:
    """Return a permit on each of some resources."""
    return [
        seen(first + n, AT + (first + n) * step, resource=name)
        for n, name in enumerate(resources)
    ]


def test_as_many_denials_as_the_rule_says_are_found() -> None:
    (one,) = found(*denials(0, 1, 2), by=rule("denials"))

    assert (one.subject, one.count, one.entries) == ("user:ada", 3, (0, 1, 2))
    assert one.told == "so it is: 3 denials within 2 min"


def test_one_denial_too_few_or_too_late_is_not_found() -> None:
    assert found(*denials(0, 1), by=rule("denials")) == []
    assert found(*denials(0, 5, 10), by=rule("denials")) == []
    assert len(found(*denials(0, 5, 9.99), by=rule("denials"))) == 1


def test_denials_of_two_subjects_are_not_added_up() -> None:
    rows = [*denials(0, 1), *denials(2, subject="user:bob")]

    assert found(*rows, by=rule("denials")) == []


def test_denials_of_made_up_names_are_added_up_at_their_point() -> None:
    rows = [row._replace(subject=f"user:x{row.entry}") for row in denials(0, 1, 2)]

    assert found(*rows, by=rule("denials")) == []
    (one,) = found(*rows, by=rule("denials", by="point"))
    assert one.subject == "point:trainer"


def test_what_goes_on_is_told_again_only_after_the_window() -> None:
    minutes = [n / 2 for n in range(60)]

    told = found(*denials(*minutes), by=rule("denials"))

    assert [one.last - AT for one in told] == [1 * MINUTE, 11 * MINUTE, 21 * MINUTE]
    named = [entry for one in told for entry in one.entries]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"actions": ["weights.read"]}, 1),
        ({"actions": ["weights.copy"]}, 0),
        ({"codes": ["no-rule"]}, 1),
        ({"codes": ["not-screened"]}, 0),
    ],
)
def test_only_denials_of_the_actions_and_codes_named_count(
    fields: dict[str, list[str]], count: int
) -> None:
    assert len(found(*denials(0, 1, 2), by=rule("denials", **fields))) == count


def test_permits_are_no_denials_and_denials_no_breadth() -> None:
    assert found(*reads("a:1", "a:2", "a:3"), by=rule("denials")) == []
    rows = [*denials(0, resource="a:1"), *denials(1, resource="a:2")]
    assert found(*rows, *denials(2, resource="a:3"), by=rule("breadth")) == []
    assert not Denials(rule("denials")).takes("permit", "weights.read")
    assert not Breadth(rule("breadth")).takes("deny", "weights.read")


def test_different_resources_are_counted_each_once() -> None:
    (one,) = found(*reads("a:1", "a:2", "a:1", "a:3"), by=rule("breadth"))

    assert (one.count, one.entries) == (3, (1, 2, 3))
    assert one.told == "so it is: 3 different within 2 min"
    assert found(*reads("a:1", "a:2", "a:1", "a:2"), by=rule("breadth")) == []


def test_forty_cases_in_an_hour_are_found_once() -> None:
    cases = [f"case:{number}" for number in range(40)]
    by = rule("breadth", count=20, prefixes=["case:"])

    (one,) = found(*reads(*cases), by=by)

    assert one.entries[-1] == 19


def test_resources_touched_too_long_ago_do_not_count() -> None:
    rows = reads("a:1", "a:2", "a:3", step=HOUR // 2)

    assert found(*rows, by=rule("breadth")) == []


def test_the_newest_resources_are_kept_however_many_there_were() -> None:
    rows = [*reads("a:1", "a:2", step=HOUR), *reads("a:3", "a:4", "a:5", first=200)]

    (one,) = found(*rows, by=rule("breadth"))

    assert one.entries == (200, 201, 202)


def test_breadth_is_told_again_only_after_the_window() -> None:
    cases = [f"case:{number}" for number in range(90)]

    told = found(*reads(*cases), by=rule("breadth"))

    assert [one.entries[-1] for one in told] == [2, 62]


def test_only_ids_that_begin_so_and_actions_named_count() -> None:
    rows = reads("case:1", "case:2", "weights:1")

    assert found(*rows, by=rule("breadth", prefixes=["case:"])) == []
    assert len(found(*rows, by=rule("breadth", prefixes=["case:", "weights:"]))) == 1
    assert found(*rows, by=rule("breadth", actions=["raid.read"])) == []
    assert len(found(*rows, by=rule("breadth", actions=["weights.read"]))) == 1


def test_what_a_subject_works_with_every_day_is_not_new_to_it() -> None:
    by = rule("breadth", untouched_days=30)
    first = reads("a:1", "a:2", step=DAY)
    again = [seen(9 + n, AT + 5 * DAY + n, resource=f"a:{n}") for n in range(1, 4)]
    much_later = [seen(20 + n, AT + 40 * DAY + n, resource=f"a:{n}") for n in range(4)]

    assert found(*first, *again, by=by) == []
    (one,) = found(*first, *again, *much_later, by=by)
    assert one.entries == (20, 21, 22)


def test_the_memory_of_what_was_touched_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ringwall.watch.counting._MOST_TOUCHED", 2)
    by = rule("breadth", untouched_days=30)

    rows = reads("a:1", "a:2", "a:3", "a:1")

    # The first is forgotten by then, so it is taken to be new.
    assert [one.entries for one in found(*rows, by=by)] == [(0, 1, 2)]


def test_refused_proofs_are_counted_by_whom_they_were_said_to_be_of() -> None:
    rows = [refused(n, AT + n, point=f"point:p{n}") for n in range(3)]

    (one,) = found(*rows, by=rule("proofs"))

    assert (one.subject, one.told) == ("user:ada", "so it is: 3 within 1 s")
    assert found(*rows, by=rule("proofs", by="point")) == []


def test_refused_proofs_that_name_nobody_count_too() -> None:
    rows = [refused(n, AT + n, subject="") for n in range(3)]

    (one,) = found(*rows, by=rule("proofs"))
    (other,) = found(*rows, by=rule("proofs", by="point"))

    assert (one.subject, other.subject) == ("", "point:trainer")


def test_alarms_count_among_proofs_only_if_they_are_named() -> None:
    rows: list[Passed] = [refused(0, AT)]
    rows += [raised(entry, AT) for entry in (1, 2, 3)]
    codes = ["token-forged", "break-glass"]

    assert found(*rows, by=rule("proofs")) == []
    assert len(found(*rows, by=rule("proofs", codes=codes))) == 1
    assert found(*rows, by=rule("proofs", codes=["token-forged"])) == []


def test_each_alarm_of_a_code_is_told() -> None:
    rows = [raised(0, AT), raised(1, AT), raised(2, AT, code="decoy-touched")]

    told = found(*rows, refused(3, AT, code="break-glass"), by=rule("alarm"))

    assert [one.entries for one in told] == [(0,), (1,)]
    assert told[0].told == "so it is: alarm break-glass"


def test_alarms_without_end_are_told_once_a_window() -> None:
    rows = [raised(n, AT + n * MINUTE) for n in range(25)]

    told = found(*rows, by=rule("alarm", minutes=10))

    assert [one.entries for one in told] == [(0,), (10,), (20,)]


def test_clocks_that_went_far_back_do_not_silence_a_rule() -> None:
    before = denials(0, 1, 2)
    after = [seen(5 + n, AT - DAY + n, effect="deny") for n in range(3)]

    told = found(*before, *after, by=rule("denials"))

    assert [one.entries for one in told] == [(0, 1, 2), (5, 6, 7)]


@pytest.mark.parametrize(
    "code", ["identity-unproven", "identity-ended", "point-unproven"]
)
def test_denials_of_who_proved_nothing_count_for_the_point_not_for_the_name(
    code: str,
) -> None:
    rows = denials(0, 1, 2, code=code)

    (one,) = found(*rows, by=rule("denials"))
    assert one.subject == "point:trainer"
    mixed = [*rows[:2], *denials(2)]
    assert found(*mixed, by=rule("denials")) == []


PERSONS = {"user:ada-2": "user:ada", "service:eval": "user:ada"}


def test_denials_of_all_accounts_of_a_natural_person_are_added_up() -> None:
    rows = [
        *denials(0),
        denials(0, 1, subject="user:ada-2")[1],
        denials(0, 1, 2, subject="service:eval")[2],
    ]

    assert found(*rows, by=rule("denials")) == []
    (one,) = found(*rows, by=rule("denials"), persons=PERSONS)
    assert (one.subject, one.entries) == ("service:eval", (0, 1, 2))
    more = denials(*range(4), subject="user:ada-2")[3]
    assert len(found(*rows, more, by=rule("denials"), persons=PERSONS)) == 1


def test_at_a_point_nobody_is_taken_for_another() -> None:
    persons = {"point:trainer": "user:ada"}
    told = found(*denials(0, 1, 2), by=rule("denials", by="point"), persons=persons)

    assert [one.subject for one in told] == ["point:trainer"]


def test_breadth_proofs_and_alarms_count_natural_persons_too() -> None:
    rows = reads("a:1", "a:2", "a:3")
    rows[1] = rows[1]._replace(subject="user:ada-2")
    (one,) = found(*rows, by=rule("breadth"), persons=PERSONS)
    assert one.entries == (0, 1, 2)
    known = rule("breadth", count=2, untouched_days=1)
    again = [*reads("a:1"), *reads("a:1", "a:2", first=1)]
    again[1] = again[1]._replace(subject="user:ada-2")
    assert found(*again, by=known, persons=PERSONS)[0].entries == (0, 2)

    proofs = [refused(n, AT + n, subject=s) for n, s in enumerate(("user:ada-2",) * 2)]
    by = rule("proofs")
    (one,) = found(*proofs, refused(2, AT + 2), by=by, persons=PERSONS)
    assert one.entries == (0, 1, 2)

    calm = rule("alarm", minutes=30)
    alarms = [raised(0, AT), raised(1, AT + 1, subject="user:ada-2")]
    assert len(found(*alarms, by=calm)) == 2
    assert len(found(*alarms, by=calm, persons=PERSONS)) == 1


def test_each_deed_of_the_kinds_named_is_told() -> None:
    rows = [done(0, AT), done(1, AT + 1), done(2, AT + 2, kind="log.pruned")]

    told = found(*rows, by=rule("deed"))
    assert [(one.subject, one.entries, one.told) for one in told] == [
        ("user:ada", (0,), "so it is: decoy.lifted"),
        ("user:ada", (1,), "so it is: decoy.lifted"),
    ]
    both = rule("deed", events=["decoy.lifted", "log.pruned"], minutes=30)
    pruned = done(2, AT + 2, subject="", kind="log.pruned")
    told = found(*rows[:2], pruned, by=both)
    assert [one.entries for one in told] == [(0,), (2,)]
    other = done(1, AT + 1, subject="user:ada-2")
    assert len(found(rows[0], other, by=both, persons=PERSONS)) == 1
