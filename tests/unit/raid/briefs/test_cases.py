"""A case as briefs take it: which states it concerns, by what may be told."""

from ringwall.raid.briefs.cases import has_agreed, is_refused
from ringwall.raid.outgoing.lattice import Label
from ringwall.raid.routing.labels import Tlp
from tests.briefed import AGREED, briefed
from tests.routed import report


def test_a_report_that_may_not_be_told_says_of_no_state_that_it_is_concerned() -> None:
    case = briefed(
        reports=[
            report("report:r-aaaaaaaaaa", Tlp.GREEN, states=["DE"]),
            report("report:r-bbbbbbbbbb", Tlp.RED, states=["FR"]),
            report("report:r-cccccccccc", Tlp.GREEN, states="unknown"),
            report(
                *("report:r-dddddddddd", Tlp.GREEN),
                states=["PT"],
                consent={"authorities": "no"},
            ),
        ]
    )

    assert case.concerned(Tlp.AMBER) == {"DE"}
    assert case.concerned(Tlp.RED) == {"DE", "FR"}
    assert case.concerned(Tlp.CLEAR) == frozenset()


def test_the_briefing_decides_which_states_a_label_names() -> None:
    kept = frozenset({"c-aaaaaaaaaa"})
    labels = {
        word: briefed(briefing=word, compartments=kept).label(Tlp.AMBER, Tlp.AMBER)
        for word in ("none", "affected", "all", "whom it may concern")
    }

    nobody = Label(Tlp.AMBER, kept, frozenset(), is_case=True)
    assert labels == {
        "none": nobody,
        "affected": Label(Tlp.AMBER, kept, frozenset({"DE"}), is_case=True),
        "all": Label(Tlp.AMBER, kept, None, is_case=True),
        "whom it may concern": nobody,
    }


def test_silence_of_a_reporter_is_neither_a_yes_nor_a_no() -> None:
    silent, agreed = report(), report(consent=AGREED)
    refused = report(consent={"authorities": "no"})

    assert [has_agreed(one) for one in (silent, agreed, refused)] == [0, 1, 0]
    assert [is_refused(one) for one in (silent, agreed, refused)] == [0, 0, 1]
