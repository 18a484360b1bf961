"""Briefs: nothing above, nothing withheld for nothing, and secrets change no byte."""

import json
from collections.abc import Iterator
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from ringwall.raid.briefs.cases import BriefedCase
from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.routing.labels import Tlp
from tests.briefed import briefed, spoc, writer
from tests.routed import report

LABELS: Final = st.sampled_from(list(Tlp))
STATES: Final = ("DE", "FR", "PT")
SUMMARY: Final = frozenset(
    {"class", "kind", "spread", "danger", "occurred", "states", "harms", "public"}
)
DEFENCE: Final = SUMMARY | {"revers", "expl", "sector", "title"}
ALL: Final = DEFENCE | {
    *("auto", "uplift", "weights", "systems", "behaviour", "narrative"),
}
WORDS: Final = frozenset({"title", "narrative", "sector"})


@st.composite
def cases(draw: st.DrawFn) -> list[BriefedCase]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        reports = [
            report(
                f"report:r-{'abc'[other]}{'abcd'[number] * 9}",
                draw(LABELS),
                states=draw(st.lists(st.sampled_from(STATES), max_size=2)),
                systems="unknown",
                consent=draw(
                    st.sampled_from([{}, {"authorities": "yes"}, {"authorities": "no"}])
                ),
            )
            for other in range(draw(st.integers(0, 2)))
        ]
        made.append(
            briefed(
                f"case:c-{'abcd'[number] * 10}",
                reports,
                draw(LABELS),
                briefing=draw(st.sampled_from(["none", "affected", "all"])),
                compartments=draw(
                    st.sampled_from([frozenset[str](), frozenset({"x"})])
                ),
                is_embargoed=draw(st.booleans()),
                defenders=draw(
                    st.sampled_from([frozenset[str](), frozenset({"spoc.de"})])
                ),
            )
        )
    return made


@st.composite
def recipients(draw: st.DrawFn) -> Recipient:
    return spoc(
        draw(st.sampled_from(STATES)),
        own=draw(st.sampled_from(["no", "no", "no", "split", "yes"])),
        ceiling=draw(LABELS),
        has_key=draw(st.integers(0, 5)) > 0,
        is_attested=draw(st.booleans()),
    )


def slowly(case: BriefedCase, to: Recipient) -> Iterator[tuple[str, str]]:
    """Give what may be told, each fact judged by itself from the text of the rules."""
    top = to.ceiling if to.is_attested else min(to.ceiling, Tlp.GREEN)
    if to.own != "no" or not to.has_key or case.compartments:
        return
    if case.is_embargoed and to.contact not in case.defenders:
        return
    concerned = {
        state
        for one in case.facts.reports
        if max(one.label, case.facts.standing.label) <= top
        and one.document["consent"].get("authorities") != "no"
        for state in one.document["states"]
    }
    is_concerned = to.state in concerned
    if case.briefing == "none" or (case.briefing == "affected" and not is_concerned):
        return
    part = ALL if is_concerned else DEFENCE
    standing = case.facts.standing
    if standing.label <= top:
        yield from ((standing.id, name) for name in case.facts.points if name in part)
    for one in case.facts.reports:
        agreed = one.document["consent"].get("authorities")
        for name in one.document:
            may = agreed == "yes" or (agreed is None and name not in WORDS)
            if may and name in part and max(one.label, standing.label) <= top:
                yield one.id, name


def told(cases: list[BriefedCase], to: Recipient) -> set[tuple[str, str]]:
    document = json.loads(writer(*cases).brief(to).data)
    return {(f["about"], f["name"]) for c in document["cases"] for f in c["facts"]}


@given(cases(), recipients())
def test_exactly_what_a_slow_twin_lets_go_is_told(
    known: list[BriefedCase], to: Recipient
) -> None:
    expected = {
        (about, name)
        for case in known
        for about, name in slowly(case, to)
        # Of no use to a brief: neither `comp` nor `resp` is in any part.
        if name not in {"comp", "resp"}
    }

    assert told(known, to) == expected


@given(cases(), recipients(), st.text(max_size=20))
def test_worlds_that_differ_in_secrets_alone_give_the_same_bytes(
    known: list[BriefedCase], to: Recipient, secret: str
) -> None:
    others = [
        briefed(
            case.facts.standing.id,
            [
                *case.facts.reports,
                report(
                    f"report:r-z{case.facts.standing.id[-9:]}",
                    Tlp.RED,
                    narrative=secret,
                    states=[to.state],
                    consent={"authorities": "no"},
                ),
            ],
            case.facts.standing.label,
            briefing=case.briefing,
            compartments=case.compartments,
            is_embargoed=case.is_embargoed,
            defenders=case.defenders,
        )
        for case in known
    ]

    assert writer(*known).brief(to).data == writer(*others).brief(to).data
