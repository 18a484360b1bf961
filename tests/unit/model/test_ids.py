"""Ids: their form, and what a prefix says."""

import pytest

from ringwall.model.ids import ASSET_KINDS, asset_kind, parse_id, prefix_of


@pytest.mark.parametrize(
    "text",
    [
        "user:ada",
        "service:eval-runner",
        "org:example-robotics",
        "gov:fr",
        "site:hub-north",
        "point:trainer",
        "weights:aurora-2",
        "report:2026-0007",
        "data:a",
        "code:a.b_c-d",
        "user:" + "a" * 123,
    ],
)
def test_a_well_formed_id_of_a_known_kind_is_taken(text: str) -> None:
    assert parse_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "user:",
        ":ada",
        "user:Ada",
        "User:ada",
        "user:-ada",
        "user:ada-",
        "user:.ada",
        "user:a b",
        "user:ada\n",
        "user:a/b",
        "user:a:b",
        "user:ädä",
        "user:\uff41da",
        "user:" + "a" * 124,
    ],
)
def test_an_id_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id such as user:ada"):
        parse_id(text)


@pytest.mark.parametrize("text", ["robot:ada", "users:ada", "model-weights:x"])
def test_an_id_of_an_unknown_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown prefix|is not an id"):
        parse_id(text)


def test_a_long_text_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(ValueError, match="is not an id") as caught:
        parse_id("A" * 1000)

    assert len(str(caught.value)) < 120


def test_the_prefix_is_what_stands_before_the_colon() -> None:
    assert prefix_of("weights:aurora-2") == "weights"


def test_each_asset_prefix_names_a_kind_of_its_own() -> None:
    kinds = [asset_kind(f"{prefix}:x") for prefix in ASSET_KINDS]

    assert kinds == list(ASSET_KINDS.values())
    assert len(set(kinds)) == len(kinds)


def test_an_id_that_is_no_asset_has_no_asset_kind() -> None:
    assert asset_kind("user:ada") == ""
