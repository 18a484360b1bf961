"""All that is named is on record, and no document is too large for it."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import Files, verbs


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("people:\n- id: user:bob\n  organisation: org:none\n", "organisation"),
        (
            """\
services:
- id: service:x
  operator: user:none
  organisation: org:institute
""",
            "operator",
        ),
        ("sites:\n- id: site:x\n  operator: org:none\n", "operator"),
        ("points:\n- id: point:x\n  site: site:none\n", "site"),
    ],
)
def test_a_reference_to_nothing_is_refused(files: Files, text: str, field: str) -> None:
    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("unknown-reference", 3)]
    assert faults[0].message.startswith(f"`{field}`")


def test_a_reference_to_what_is_removed_here_is_refused(files: Files) -> None:
    text = (
        "remove: [org:partner]\npeople:\n- id: user:bob\n  organisation: org:partner\n"
    )

    assert files.fault(text) == ("unknown-reference", 4)


def test_what_others_lean_on_can_not_be_removed(files: Files) -> None:
    faults = files.faults("remove:\n- site:hub\n")

    assert [(f.code, f.line) for f in faults] == [("still-referenced", 2)]
    assert "point:desk" in faults[0].message


def test_an_asset_is_not_declared_again_under_an_id_that_was_removed(
    files: Files,
) -> None:
    text = "assets:\n- id: dataset:gone\n  content: open\n  tier: lower\n"

    assert files.fault(text, retired="dataset:gone") == ("id-retired", 2)


def test_a_person_may_come_back_under_the_same_id(files: Files) -> None:
    text = "people:\n- {id: user:gone, organisation: org:institute}\n"

    plan = files.plan(text, retired="user:gone")

    assert verbs(plan) == {"user:gone": Verb.ADDED}


def test_a_document_that_no_entry_can_hold_is_refused(files: Files) -> None:
    words = ", ".join(f"compartment-{number:050}" for number in range(1000))
    text = (
        "people:\n- id: user:bob\n  organisation: org:institute\n"
        f"  compartments: [{words}]\n"
    )

    assert files.fault(text) == ("document-too-large", 2)


LISTED = "assets:\n- id: {asset}\n  content: {content}\n  {field}:\n"


@pytest.mark.parametrize(
    ("asset", "field", "ids", "line", "shown"),
    [
        ("dataset:x", "derived_from", "dataset:open dataset:aaa", 6, "derived_from.0"),
        ("dataset:x", "held_at", "site:hub site:none", 6, "held_at.1"),
        ("case:x", "authors", "user:zoe user:ada", 5, "authors.1"),
    ],
)
def test_a_reference_in_a_list_is_told_where_the_file_has_it(
    files: Files, asset: str, field: str, ids: str, line: int, shown: str
) -> None:
    content = "raid" if asset.startswith("case") else "open"
    head = LISTED.format(asset=asset, content=content, field=field)

    text = head + "".join(f"  - {entity}\n" for entity in ids.split())
    code, at, message = files.whole_fault(text)

    assert (code, at) == ("unknown-reference", line)
    assert message.startswith(f"`{shown}` of `{asset}`")
