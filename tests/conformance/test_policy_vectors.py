"""Each policy vector makes exactly the fault it is named for, where it says."""

from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.reader import parse_concern
from tests.conformance.policy_vectors import VECTORS, base_files, read_vector

PATHS = sorted(VECTORS.glob("*.yaml"))


def test_the_concern_that_all_vectors_edit_is_accepted() -> None:
    assert len(parse_concern("base", base_files()).rules) == 5


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_vector_is_refused_for_the_one_fault_it_is_named_for(path: Path) -> None:
    vector = read_vector(path)

    with pytest.raises(PolicyError) as caught:
        parse_concern("base", vector.files)

    found = [
        (fault.code, f"{fault.file}:{fault.line}" if fault.line else fault.file)
        for fault in caught.value.faults
    ]
    assert caught.value.code == "policy-refused"
    assert found == [(vector.expect, f"base/{vector.place}")]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_vector_is_named_for_the_fault_it_expects(path: Path) -> None:
    assert path.stem.partition("--")[0] == read_vector(path).expect
