"""A proposal names each id once, and what would be on record afterwards."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Plan, plan_changes
from tests.declaring import TERMS, WEIGHTS, Files, described


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_an_id_declared_twice_in_one_file_is_refused(files: Files) -> None:
    text = "people:\n" + "- {id: user:eve, organisation: org:institute}\n" * 2

    assert files.fault(text) == ("duplicate-id", 3)


def test_an_id_declared_in_two_files_is_refused(files: Files) -> None:
    text = "people:\n- {id: user:eve, organisation: org:institute}\n"

    faults = files.faults(text, text)

    assert [(f.code, f.file[-6:], f.line) for f in faults] == [
        ("duplicate-id", "1.yaml", 2)
    ]


def test_an_id_both_declared_and_removed_is_refused(files: Files) -> None:
    text = (
        "remove:\n- dataset:open\n"
        "assets:\n- {id: dataset:open, tier: lower, content: open}\n"
    )

    assert files.fault(text) == ("duplicate-id", 2)


def test_an_id_removed_twice_is_refused(files: Files) -> None:
    text = "remove:\n- dataset:open\n- dataset:open\n"

    assert files.fault(text) == ("duplicate-id", 3)


def test_an_id_that_is_not_on_record_can_not_be_removed(files: Files) -> None:
    assert files.fault("remove:\n- user:nobody\n") == ("unknown-id", 2)


def test_weights_keep_their_file_until_another_is_named(
    files: Files, tmp_path: Path
) -> None:
    current = {
        doc.id: doc for doc, _ in described(tmp_path, "a", "upper")[0].documents()
    }
    again = files.read(WEIGHTS.format(name="a", tier="upper"))

    assert plan_changes(current, again, TERMS) == Plan((), 1)
