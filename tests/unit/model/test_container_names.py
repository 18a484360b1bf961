"""Names in the vault lead nowhere but into the folder of their asset."""

import pytest

from ringwall.model.container_names import (
    MAX_FILE_CHARACTERS,
    parse_container,
    parse_file_name,
)

BOX = "box-" + "a2" * 10


def test_the_id_of_a_container_is_taken_as_it_is() -> None:
    assert parse_container(BOX) == BOX
    assert parse_container("box-abcdefghijklmnopqrst") == "box-abcdefghijklmnopqrst"
    assert parse_container("box-uvwxyz234567uvwxyz23") == "box-uvwxyz234567uvwxyz23"


@pytest.mark.parametrize(
    "text",
    [
        *("", "box-", BOX[:-1], BOX + "a", BOX.upper(), "box-" + "a1" * 10, BOX + "\n"),
        *("crate-" + "a2" * 10, "box-" + "a8" * 10, " " + BOX, None, 5, BOX.encode()),
    ],
)
def test_another_form_is_no_id(text: object) -> None:
    with pytest.raises(ValueError, match="the id of a container is `box-`"):
        parse_container(text)


@pytest.mark.parametrize(
    "text",
    [
        *("model.safetensors", "1_Pooling/config.json", "a", "A/b-c/d_e.f", ".hidden"),
        *("..a", "a..", "a/..b", "...x/b", "a" * MAX_FILE_CHARACTERS),
    ],
)
def test_a_file_name_is_taken_as_it_is(text: str) -> None:
    assert parse_file_name(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "/a", "a/", "a//b", ".", "..", "...", "../a", "a/..", "a/./b"),
        *("a/.../b", "a\\b", "a b", "a\n", "a/..\n", "\u00e9", "a:b", "a\x00", "~"),
    ],
)
def test_what_leads_elsewhere_is_no_file_name(text: str) -> None:
    with pytest.raises(ValueError, match="a file name is one such as"):
        parse_file_name(text)


@pytest.mark.parametrize("text", ["a" * (MAX_FILE_CHARACTERS + 1), None, 5, b"a"])
def test_a_file_name_is_a_text_of_at_most_200_characters(text: object) -> None:
    with pytest.raises(ValueError, match="at most 200 characters"):
        parse_file_name(text)
