"""Hard scenarios on the command line: 3, 11 and 14, and a surge of copies."""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from ringwall.base.errors import ActRefused
from ringwall.raid.desk import RaidDesk
from tests.raid_office import RaidOffice, opened_case, report_document, who

ROOMS = {"evidence": "what the finder sent", "word": "likely"}


@pytest.fixture
def desk(raid_office: RaidOffice) -> Iterator[RaidDesk]:
    """Return an open incident desk of an institute of its own."""
    with raid_office.raid() as desk:
        yield desk


def _told(desk: RaidDesk, document: Mapping[str, Any]) -> str:
    """Hand a report in at the counter, as a clerk does, and return its id."""
    data = json.dumps(document).encode()
    return desk.intake.hand_in_file(who("ruth"), data, "report.json").taken.report


def _words(random: Random, count: int) -> str:
    return " ".join(f"word{random.randrange(6000)}" for _ in range(count))


def _flood(random: Random, count: int) -> list[dict[str, Any]]:
    """Return copies of one story, each with a word changed, from one competitor."""
    story = _words(random, 120).split(" ")
    found = []
    for number in range(count):
        told = list(story)
        told[random.randrange(len(told))] = f"word{number}"
        title = f"Aurora hides what it does {number}"
        found.append(report_document(title=title, narrative=" ".join(told)))
    return found


def _critical(random: Random, number: int) -> dict[str, Any]:
    return report_document(
        title=_words(random, 8),
        narrative=f"case {number}: {_words(random, 120)}",
        danger="imminent",
        kind="incident",
        systems=[{"name": f"System {number}"}],
    )


def test_3_misuse_that_is_observed_raises_a_case_that_was_triaged_before(
    desk: RaidDesk,
) -> None:
    _, case = opened_case(desk)
    mild = [
        *(
            "cred=credible",
            "kind=demonstrated-in-test",
            "class=cyber",
            "auto=none",
            "uplift=near",
        ),
        *("spread=one-organisation", "revers=costly", "expl=none", "oc=oc1-2"),
        *("comp=below-1e25", "pub=no", "resp=active", "danger=no", "weights=no"),
    ]
    desk.triage.assess(who("joan"), case, mild, ROOMS)
    before = desk.triage.run(who("joan"), case).judged
    place = desk.queue.why(who("joan"), case).row.item

    desk.triage.assess(who("joan"), case, ["expl=observed"], ROOMS)
    after = desk.triage.run(who("joan"), case).judged
    raised = desk.queue.why(who("joan"), case).row.item

    order = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
    assert order.index(after.outcome.priority) >= order.index(before.outcome.priority)
    assert raised.priority >= place.priority
    assert raised.severity >= place.severity
    triaged = desk.acting.rows.events(about=case, kind="raid.case", act="triage")
    assert len(triaged) == 2


def test_11_a_competitors_flood_is_one_item_and_moves_nothing_that_is_true(
    desk: RaidDesk,
) -> None:
    random = Random(11)
    true = _told(desk, _critical(random, 1))
    for document in _flood(random, 60):
        _told(desk, document)

    shown = desk.queue.show(who("joan"))

    assert shown.rows[0].item.id == true
    assert shown.total <= 1 + 10
    assert sum(1 + row.item.copies for row in shown.rows) == 61
    assert shown.is_short is False


def test_14_analysts_fall_to_four_on_the_day_of_a_surge(desk: RaidDesk) -> None:
    for number in range(4):
        opened_case(desk, imminent=0, priority=4, owned=1)
        opened_case(desk, priority=1, reach=number)
    _, owed = opened_case(desk)
    desk.clocks.arm(who("ole"), owed, ["GDPR33"], owed="host")

    ten = desk.queue.cut(who("joan"), people=10)
    four = desk.queue.cut(who("joan"), people=4)
    none = desk.queue.cut(who("joan"), people=0)

    assert ten.line.minutes > four.line.minutes > none.line.minutes
    assert ten.line.used <= ten.line.minutes
    assert four.line.used <= four.line.minutes
    assert owed in four.line.ids or four.line.below == 0
    assert none.line.is_short
    assert none.signed is None
    signed = desk.queue.sign(who("niels"), "six of ten are ill today", people=0)
    assert signed.signed is not None
    assert desk.queue.show(who("joan")).signed == signed.signed
    with pytest.raises(ActRefused):
        desk.queue.sign(who("niels"), "all are back", people=10)


def test_a_surge_leaves_all_that_is_critical_above_the_line(desk: RaidDesk) -> None:
    random = Random(12)
    documents = _flood(random, 120)
    critical = [_critical(random, number) for number in range(20)]
    for place, document in enumerate(critical):
        documents.insert(6 * place, document)

    ids = [_told(desk, document) for document in documents]
    grave = {ids[6 * place] for place in range(20)}
    line = desk.queue.cut(who("joan"), people=1).line

    assert grave <= line.ids
    assert line.total - 20 <= 10
    assert len(desk.acting.rows.first(ids)) == 140
    front = desk.queue.show(who("joan"), 20).rows
    assert {row.item.id for row in front} == grave
