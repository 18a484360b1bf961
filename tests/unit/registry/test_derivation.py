"""Nothing is held below what it is made from, and nothing is made from itself."""

from pathlib import Path

import pytest

from ringwall.registry.derivation import lines_broken
from ringwall.registry.plan import Verb
from ringwall.registry.proposal import propose
from tests.declaring import BASE, Files, verbs

LINE = (
    BASE
    + """\
- {id: dataset:low-source, tier: lower, content: open, compartments: [x-1]}
- {id: dataset:source, tier: upper, content: internal, compartments: [x-1, x-2]}
- id: dataset:made
  tier: upper
  content: internal
  compartments: [x-1, x-2]
  derived_from: [dataset:source]
"""
)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, LINE)


def made(tier: str, compartments: str, source: str = "dataset:source") -> str:
    return (
        "assets:\n- id: dataset:new-made\n  content: internal\n"
        f"  tier: {tier}\n  compartments: [{compartments}]\n"
        f"  derived_from: [{source}]\n"
    )


def test_what_derives_is_held_no_lower_than_its_source(files: Files) -> None:
    code, line, message = files.whole_fault(made("lower", "x-1, x-2"))

    assert (code, line) == ("derived-lower", 4)
    assert "is held in `lower`, and `dataset:source` in `upper`" in message
    assert verbs(files.plan(made("upper", "x-1, x-2"))) == {
        "dataset:new-made": Verb.ADDED
    }


def test_what_derives_is_in_every_compartment_of_its_source(files: Files) -> None:
    code, line, message = files.whole_fault(made("upper", "x-1"))

    assert (code, line) == ("derived-lower", 5)
    assert "is not in x-2" in message


def test_a_source_is_not_raised_above_what_derives_from_it(files: Files) -> None:
    raised = (
        "assets:\n- {id: dataset:low-source, tier: upper, content: open,"
        " compartments: [x-1]}\n"
    )
    before = files.on(LINE + made("lower", "x-1", "dataset:low-source")[8:])

    code, line, message = before.whole_fault(raised)

    assert (code, line) == ("derived-lower", 2)
    assert message.startswith("`tier`: `dataset:new-made` is made from")


def test_a_source_is_not_put_in_a_compartment_that_others_lack(files: Files) -> None:
    text = (
        "assets:\n- id: dataset:source\n  tier: upper\n  content: internal\n"
        "  compartments: [x-1, x-2, x-3]\n"
    )

    code, line, message = files.whole_fault(text)

    assert (code, line) == ("derived-lower", 5)
    assert "`dataset:made` is made from `dataset:source` and is not in x-3" in message


def test_a_source_and_what_derives_from_it_may_move_together(files: Files) -> None:
    text = (
        "assets:\n"
        "- {id: dataset:low-source, tier: upper, content: open, compartments: [x-1]}\n"
        "- {id: dataset:new-made, tier: upper, content: internal,"
        " compartments: [x-1], derived_from: [dataset:low-source]}\n"
    )
    before = files.on(LINE + made("lower", "x-1", "dataset:low-source")[8:])

    assert set(verbs(before.plan(text)).values()) == {Verb.CHANGED}


def test_what_is_in_no_tier_yet_is_compared_with_nothing(files: Files) -> None:
    text = (
        "assets:\n- {id: dataset:free, content: open, derived_from: [dataset:source]}\n"
        "- {id: dataset:other, tier: lower, content: open,"
        " derived_from: [dataset:new]}\n"
    )

    assert set(verbs(files.plan(text)).values()) == {Verb.ADDED}


def test_what_nobody_touches_here_is_not_told(files: Files) -> None:
    stale = files.on(LINE + made("lower", "x-1")[8:])
    text = "people:\n- {id: user:bob, organisation: org:institute}\n"

    assert verbs(stale.plan(text)) == {"user:bob": Verb.ADDED}


RING = """\
assets:
- id: dataset:one
  tier: lower
  content: open
  derived_from: [dataset:two]
- id: dataset:two
  tier: lower
  content: open
  derived_from: [dataset:one]
- id: dataset:three
  tier: lower
  content: open
  derived_from: [dataset:two]
"""


def test_nothing_is_made_from_itself_by_way_of_others(files: Files) -> None:
    code, line, message = files.whole_fault(RING)

    assert code == "derivation-circular"
    assert line in {5, 9}
    assert message.count("is made into") == 2


def test_a_source_that_is_not_on_record_is_told_once(files: Files) -> None:
    text = made("lower", "", "dataset:nowhere")

    assert files.fault(text) == ("unknown-reference", 6)


def test_a_line_is_broken_from_where_it_leads_nowhere(files: Files) -> None:
    lost = (
        "- {id: dataset:four, content: open, derived_from: [dataset:nowhere]}\n"
        "- {id: dataset:five, content: open,"
        " derived_from: [dataset:made, dataset:source]}\n"
    )
    proposal, _ = propose(files.base(), files.read(RING + lost))

    assert lines_broken(proposal) == {
        "dataset:one",
        "dataset:two",
        "dataset:three",
        "dataset:four",
    }


def test_no_edit_forgets_what_an_asset_is_made_from(files: Files) -> None:
    edit = """\
assets:
- id: dataset:made
  tier: upper
  content: internal
  compartments: [x-1, x-2]
"""
    code, line, message = files.whole_fault(edit)

    assert (code, line) == ("derivation-dropped", 2)
    assert "`dataset:made` is made from `dataset:source`, too" in message
    more = edit + "  derived_from: [dataset:low-source, dataset:source]\n"
    assert verbs(files.plan(more)) == {"dataset:made": Verb.CHANGED}
