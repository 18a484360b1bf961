"""Labels rise by an edit and never fall; weights under an id stay the same weights."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import BASE, Files, verbs

FILE = (
    "  file: {{sha256: {sha}, bytes: {size}, tensor_count: 1, tensors_sha256: {sha}}}\n"
)
MODEL = (
    "- id: weights:{name}\n  tier: upper\n  content: restricted\n"
    '  compute: {{low: "1", high: "1"}}\n'
)


def model(name: str, sha: str = "", size: int = 10) -> str:
    file = FILE.format(sha=sha * 64, size=size) if sha else ""
    return MODEL.format(name=name) + file


LABELLED = (
    """\
- id: dataset:marked
  tier: upper
  content: raid
  compartments: [one, two]
  authors: [user:ada]
- {id: code:shield, tier: upper, content: defence}
- id: run:x
  content: open
  compute: {low: "1", high: "1"}
  developer: org:partner
  equivalent: true
"""
    + model("kept", "a")
    + model("bare")
)
KNOWN = (
    BASE.replace(
        "points:\n",
        "points:\n- {id: point:vault, site: site:hub, tier: upper}\n",
    )
    + LABELLED
)
MARKED = """\
assets:
- id: dataset:marked
  tier: upper
  content: raid
  compartments: [one, two]
  authors: [user:ada]
"""
RUN = """\
assets:
- id: run:x
  content: open
  compute: {low: "1", high: "1"}
  developer: org:partner
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, KNOWN)


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        (MARKED.replace("[one, two]", "[one, three]"), 5, "`two`"),
        (MARKED.replace("  compartments: [one, two]\n", ""), 2, "`one`, `two`"),
        (MARKED.replace("[user:ada]", "[]"), 6, "`user:ada`"),
        (MARKED.replace("content: raid", "content: restricted"), 4, "as raid"),
        (MARKED.replace("content: raid", "content: defence"), 4, "as raid"),
        (
            "assets:\n- {id: code:shield, tier: upper, content: internal}\n",
            2,
            "as defence",
        ),
        (RUN, 2, "equivalent"),
        (RUN + "  equivalent: false\n", 6, "equivalent"),
    ],
)
def test_a_label_of_an_asset_does_not_fall_by_an_edit(
    files: Files, text: str, line: int, shown: str
) -> None:
    code, at, message = files.whole_fault(text)

    assert (code, at) == ("label-lowered", line)
    assert shown in message


def test_labels_rise_by_an_edit(files: Files) -> None:
    text = MARKED.replace("[one, two]", "[one, two, three]")
    more = "assets:\n- {id: dataset:kept, tier: upper, content: raid}\n"

    plan = files.plan(text, more)

    assert verbs(plan) == {"dataset:kept": Verb.CHANGED, "dataset:marked": Verb.CHANGED}


@pytest.mark.parametrize("tier", ["", ", tier: lower"])
def test_the_tier_of_a_point_does_not_fall_by_an_edit(files: Files, tier: str) -> None:
    text = f"points:\n- {{id: point:vault, site: site:hub{tier}}}\n"

    assert files.fault(text) == ("label-lowered", 2)


def test_the_tier_of_a_point_rises_by_an_edit(files: Files) -> None:
    text = "points:\n- {id: point:desk, site: site:hub, tier: upper}\n"

    assert verbs(files.plan(text)) == {"point:desk": Verb.CHANGED}


@pytest.mark.parametrize(
    ("again", "field"),
    [(model("kept", "b"), "sha256"), (model("kept", "a", 11), "bytes")],
)
def test_weights_are_not_replaced_under_their_id(
    files: Files, again: str, field: str
) -> None:
    code, line, message = files.whole_fault(f"assets:\n{again}")

    assert (code, line) == ("weights-replaced", 6)
    assert message.startswith(f"`file`: the {field} of `weights:kept` is ")


def test_weights_may_get_their_first_file_and_keep_it(files: Files) -> None:
    plan = files.plan(f"assets:\n{model('bare', 'c')}{model('kept')}")

    assert verbs(plan) == {"weights:bare": Verb.CHANGED}


@pytest.mark.parametrize("name", ["aaa", "zzz"])
def test_one_file_has_one_size_under_all_ids(files: Files, name: str) -> None:
    assert files.fault(f"assets:\n{model(name, 'a', 11)}") == (
        "weights-size-differs",
        6,
    )
    assert files.plan(f"assets:\n{model(name, 'a')}").changes


def test_two_sizes_of_one_file_are_told_of_one_that_is_declared(files: Files) -> None:
    text = f"assets:\n{model('one', 'd', 1)}{model('two', 'd', 2)}"

    assert files.fault(text) == ("weights-size-differs", 11)


@pytest.mark.parametrize("entity", ["dataset:kept", "weights:kept", "dataset:marked"])
def test_what_is_held_above_the_lower_tier_is_not_removed_by_an_edit(
    files: Files, entity: str
) -> None:
    code, line, message = files.whole_fault(f"remove:\n- {entity}\n")

    assert (code, line) == ("removed-from-above", 2)
    assert message == f"`remove`: `{entity}` is held in `upper`"


def test_what_is_held_in_the_lower_tier_or_in_none_is_removed(files: Files) -> None:
    plan = files.plan("remove: [dataset:open, dataset:new, point:vault]\n")

    assert set(verbs(plan).values()) == {Verb.REMOVED}


def test_a_point_does_not_come_back_under_the_same_id(files: Files) -> None:
    text = "points:\n- {id: point:old, site: site:hub}\n"

    assert files.fault(text, retired="point:old") == ("id-retired", 2)


def test_a_point_is_in_no_tier_that_the_institute_has_not(files: Files) -> None:
    text = "points:\n- {id: point:desk, site: site:hub, tier: third}\n"

    assert files.fault(text) == ("tier-not-set-up", 2)
