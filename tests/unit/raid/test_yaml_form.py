"""Kinds of YAML files."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from ringwall.base.errors import DeclarationError
from ringwall.base.yaml_tree import position
from ringwall.raid.yaml_form import YamlCodes, YamlForm

FORM = YamlForm(
    "the recipe",
    YamlCodes("recipe-refused", "recipe-unreadable"),
    "write it again",
    max_bytes=100,
)


class Recipe(BaseModel):
    """A file of this form."""

    model_config = ConfigDict(extra="forbid", strict=True)
    eggs: int


def refused(data: bytes) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        FORM.parse(data, "recipe.yaml", Recipe)
    return caught.value


def test_what_fits_is_given_with_its_places() -> None:
    content, tree = FORM.parse(b"\neggs: 2\n", "recipe.yaml", Recipe)
    assert content.eggs == 2
    assert position(tree, ("eggs",))[0] == 2


def test_what_does_not_fit_is_refused_with_each_line() -> None:
    error = refused(b"eggs: two\nmilk: 1\n")
    assert (error.code, error.next_step) == ("recipe-refused", "write it again")
    assert error.message == "the recipe has 2 faults"
    assert [(fault.line, fault.code) for fault in error.faults] == [
        (1, "wrong-type"),
        (2, "unknown-key"),
    ]
    assert FORM.refusal(error.faults[:1]).message == "the recipe has 1 fault"


@pytest.mark.parametrize("data", [b"eggs: [", b"eggs: 2\n" + b"#" * 100])
def test_what_is_no_yaml_or_too_large_is_refused(data: bytes) -> None:
    assert refused(data).code == "yaml-refused"


def test_a_file_that_cant_be_read_is_refused_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    with pytest.raises(DeclarationError) as caught:
        FORM.read(path)
    assert [fault.code for fault in caught.value.faults] == ["recipe-unreadable"]
    assert str(path) in caught.value.faults[0].message
    path.write_bytes(b"eggs: 2\n")
    assert FORM.read(path) == b"eggs: 2\n"
