"""Whether content may go to a recipient."""

import random
from dataclasses import replace

import pytest

from ringwall.raid.outgoing.barrier import Content, Recipient, Way, may_go
from ringwall.raid.outgoing.exits import EXITS_FILE, GROUNDS, Ground, parse_exits
from ringwall.raid.outgoing.lattice import Label, join
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.shipped import shipped_path
from tests.oracle.outgoing import Body, Fact, Paper, withheld

EXITS = parse_exits((shipped_path("raid") / "desk" / EXITS_FILE).read_bytes())
PAIRS = 10_000
CSIRT = Recipient(
    "csirt.de",
    function="no",
    own="no",
    ceiling=Tlp.AMBER,
    compartments=frozenset({"bio"}),
    state="DE",
    has_key=True,
    is_attested=True,
)
POLICE = replace(CSIRT, contact="police.de", function="yes", own="yes")
CASE = Content("case-1", Label(Tlp.AMBER, is_case=True), frozenset({"case", "kind"}))
GROUND = Ground(
    "danger",
    "police.de",
    "case-1",
    frozenset({"ann", "ben"}),
    frozenset({"danger-to-life"}),
)


def test_a_case_goes_to_who_supports_and_stops_before_who_enforces() -> None:
    assert may_go(CASE, CSIRT) == ()
    assert may_go(CASE, POLICE) == ("recipient-enforces",)
    assert may_go(CASE, POLICE, Way(EXITS["danger"], GROUND)) == ()


@pytest.mark.parametrize(
    ("function", "own", "has_key", "enforces"),
    [
        ("no", "no", True, False),
        ("split", "no", True, False),
        ("split", "no", False, True),
        ("split", "split", True, True),
        ("no", "split", True, False),
        ("no", "split", False, True),
        ("no", "yes", True, True),
        ("yes", "no", True, True),
        ("unheard-of", "no", True, True),
        ("no", "", True, True),
    ],
)
def test_who_does_both_enforces_without_a_supporting_part_of_its_own(
    function: str,
    own: str,
    has_key: bool,
    enforces: bool,
) -> None:
    body = replace(CSIRT, function=function, own=own, has_key=has_key)
    assert body.enforces is enforces


@pytest.mark.parametrize(
    ("content", "recipient", "why"),
    [
        (CASE, replace(CSIRT, has_key=False), "recipient-keyless"),
        (CASE, replace(CSIRT, is_attested=False), "attestation-lapsed"),
        (CASE, replace(CSIRT, ceiling=Tlp.GREEN), "label-above-recipient"),
        (
            replace(CASE, label=Label(Tlp.CLEAR, frozenset({"nuclear"}))),
            CSIRT,
            "compartment-not-held",
        ),
        (
            replace(CASE, label=Label(Tlp.CLEAR, states=frozenset({"FR"}))),
            CSIRT,
            "state-not-in-caveat",
        ),
        (
            replace(CASE, label=Label(Tlp.CLEAR, states=frozenset({"FR"}))),
            replace(CSIRT, state=""),
            "state-not-in-caveat",
        ),
        (replace(CASE, label=Label(Tlp.CLEAR)), POLICE, "recipient-enforces"),
    ],
)
def test_each_missing_part_refuses(
    content: Content, recipient: Recipient, why: str
) -> None:
    assert may_go(content, recipient) == (why,)


def test_an_exit_sends_its_minimum_alone_and_lifts_no_label() -> None:
    way = Way(EXITS["danger"], GROUND)
    more = replace(CASE, fields=CASE.fields | {"reporter"})
    assert may_go(more, POLICE, way) == ("more-than-minimum",)
    low = replace(POLICE, ceiling=Tlp.GREEN)
    assert may_go(CASE, low, way) == ("label-above-recipient",)
    nameless = replace(CASE, case="")
    assert "case-unknown" in may_go(nameless, POLICE, way)
    alone = replace(GROUND, persons=frozenset({"ann"}))
    why = may_go(CASE, POLICE, Way(EXITS["danger"], alone))
    assert why == ("exit-lacks-persons",)


def test_an_aggregate_needs_no_exit() -> None:
    told = Content("", Label(Tlp.CLEAR), frozenset({"cells"}))
    assert may_go(told, POLICE) == ()


def test_ten_thousand_pairs_leak_nothing_and_withhold_little_too_much() -> None:
    draw = random.Random(9)
    leaks = over = went = by_exit = 0
    for _ in range(PAIRS):
        case, facts, body, paper = _drawn(draw)
        keeps = withheld(case, facts, body, paper)
        goes = may_go(_content(case, facts), _recipient(body), _way(paper)) == ()
        leaks += goes and keeps
        over += not goes and not keeps
        went += not keeps
        by_exit += goes and case != "" and _recipient(body).enforces
    assert went > PAIRS // 20
    assert by_exit > PAIRS // 200
    assert (leaks, over) == (0, 0)


def _some(draw: random.Random, names: tuple[str, ...], often: float) -> tuple[str, ...]:
    return tuple(name for name in names if draw.random() < often)


def _drawn(
    draw: random.Random,
) -> tuple[str, list[Fact], Body, Paper | None]:
    case = draw.choice(("", "case-1", "case-1", "case-2"))
    fields = ("case", "kind", "states", "effects", "reporter")
    weights = (8, 8, 8, 8, 1)
    colours = ("clear", "green", "amber", "amber+strict", "red")
    facts = [
        Fact(
            draw.choices(fields, weights)[0],
            draw.choices(colours, (6, 4, 3, 1, 1))[0],
            _some(draw, ("bio", "nuclear"), 0.1),
            None if draw.random() < 0.8 else _some(draw, ("DE", "FR", "EU"), 0.7),
            case != "" and draw.random() < 0.9,
        )
        for _ in range(draw.randint(1, 3))
    ]
    body = Body(
        draw.choice(("a.de", "a.de", "b.fr")),
        draw.choice(("yes", "no", "split")),
        draw.choice(("yes", "no", "no", "split")),
        draw.choices(colours, (1, 2, 4, 4, 4))[0],
        _some(draw, ("bio", "nuclear"), 0.7),
        draw.choice(("DE", "FR", "EU", "")),
        key=draw.random() < 0.9,
        attested=draw.random() < 0.9,
    )
    if draw.random() < 0.3:
        return case, facts, body, None
    name = draw.choice(GROUNDS)
    row = EXITS[name]
    persons = _some(draw, ("ann", "ben", "cleo"), 0.8)
    holds = _some(draw, tuple(sorted(row.needs)), 0.9)
    paper = Paper(
        name,
        draw.choice((body.name, body.name, body.name, "c.es")),
        draw.choice((case, case, "case-2")),
        persons,
        holds,
        tuple(row.fields),
    )
    return case, facts, body, paper


def _content(case: str, facts: list[Fact]) -> Content:
    labels = (
        Label(
            label_of(fact.colour),
            frozenset(fact.compartments),
            None if fact.only_states is None else frozenset(fact.only_states),
            fact.of_a_case,
        )
        for fact in facts
    )
    return Content(case, join(labels), frozenset(fact.field for fact in facts))


def _recipient(body: Body) -> Recipient:
    return Recipient(
        body.name,
        body.function_flag,
        body.body_flag,
        label_of(body.colour),
        frozenset(body.compartments),
        body.state,
        body.key,
        body.attested,
    )


def _way(paper: Paper | None) -> Way | None:
    if paper is None:
        return None
    persons, met = frozenset(paper.persons), frozenset(paper.holds)
    ground = Ground(paper.exit, paper.recipient, paper.case, persons, met)
    return Way(EXITS[paper.exit], ground)
