"""The field types that declared values share."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ringwall.model.values import (
    AssetId,
    EntityId,
    Flop,
    InstantText,
    OrganisationId,
    PersonId,
    PointId,
    ServiceId,
    Sha256,
    SiteId,
    Strict,
    Text,
    Word,
    is_printable,
    parse_flop,
)

DIGEST = "0123456789abcdef" * 4


def read(kind: Any, value: object) -> object:  # noqa: ANN401 - an annotation, not a value
    return TypeAdapter(kind).validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("kind", "good", "other"),
    [
        (PersonId, "user:ada", "service:ada"),
        (ServiceId, "service:runner", "user:runner"),
        (OrganisationId, "org:x", "user:x"),
        (OrganisationId, "gov:fr", "site:fr"),
        (SiteId, "site:hub", "point:hub"),
        (PointId, "point:desk", "site:desk"),
        (AssetId, "weights:w", "user:w"),
        (AssetId, "interface:i", "gov:i"),
    ],
)
def test_an_id_field_takes_ids_of_its_own_kind_alone(
    kind: object, good: str, other: str
) -> None:
    assert read(kind, good) == good
    with pytest.raises(ValidationError, match="is not an id such as"):
        read(kind, other)
    with pytest.raises(ValidationError, match="is not an id such as user:ada"):
        read(kind, good.upper())


def test_an_entity_id_may_be_of_any_known_kind() -> None:
    assert read(EntityId, "gov:fr") == "gov:fr"
    with pytest.raises(ValidationError, match="unknown prefix"):
        read(EntityId, "robot:r")


@pytest.mark.parametrize(
    ("kind", "value"), [(PersonId, 5), (Text, None), (Flop, 10), (InstantText, 0)]
)
def test_a_field_of_text_takes_nothing_else(kind: object, value: object) -> None:
    with pytest.raises(ValidationError, match="string"):
        read(kind, value)


def test_an_instant_is_kept_in_utc() -> None:
    assert read(InstantText, "2027-01-31T02:00:00+02:00") == "2027-01-31T00:00:00Z"


@pytest.mark.parametrize("text", ["2027-01-31", "2027-01-31T00:00:00", "soon"])
def test_an_instant_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="is not an instant"):
        read(InstantText, text)


def test_an_instant_outside_the_calendar_is_refused_like_any_other() -> None:
    with pytest.raises(ValidationError, match="outside the years"):
        read(InstantText, "0001-01-01T00:00:00+23:59")


@pytest.mark.parametrize("text", ["a", "aurora-2", "x9", "a" * 64])
def test_a_word_is_taken(text: str) -> None:
    assert read(Word, text) == text


@pytest.mark.parametrize(
    "text", ["", "A", "2x", "a--b", "a-", "-a", "a_b", "é", "a\n", "a" * 65]
)
def test_a_word_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="is not a word"):
        read(Word, text)


def test_a_digest_is_64_lower_case_hex_digits() -> None:
    assert read(Sha256, DIGEST) == DIGEST
    for text in (DIGEST.upper(), DIGEST[:-1], DIGEST + "0", DIGEST[:-1] + "g"):
        with pytest.raises(ValidationError, match="64 lower-case hex"):
            read(Sha256, text)


@pytest.mark.parametrize("text", ["x", " padded ", "日本語", "a" * 500])
def test_text_of_1_to_500_characters_is_taken(text: str) -> None:
    assert read(Text, text) == text


@pytest.mark.parametrize("text", ["", "   ", "a" * 501])
def test_empty_or_long_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="1 to 500"):
        read(Text, text)


@pytest.mark.parametrize(
    "code",
    [
        *(0x00, 0x09, 0x0A, 0x0D, 0x1F, 0x7F, 0x85, 0x9F, 0xAD, 0x34F, 0x61C),
        *(0x115F, 0x1160, 0x17B4, 0x180E, 0x200B, 0x200E, 0x2028, 0x202E, 0x2060),
        *(0x2066, 0x206F, 0x3164, 0xD800, 0xDFFF, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9),
        *(0xFFFF, 0x1D173, 0xE0001, 0xE0041, 0xE0100),
    ],
)
def test_text_with_an_invisible_character_is_refused(code: int) -> None:
    text = f"a{chr(code)}b"

    assert not is_printable(text)
    with pytest.raises(ValidationError, match=r"control or invisible|unicode|string"):
        read(Text, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("3e24", 3 * 10**24),
        ("1.5e25", 15 * 10**24),
        ("1e60", 10**60),
        ("9" * 60, 10**60 - 1),
        ("1.00e2", 100),
        ("1.23456789012345678901e20", 123456789012345678901),
    ],
)
def test_a_number_of_operations_is_exact(text: str, number: int) -> None:
    assert parse_flop(text) == number
    assert read(Flop, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "01",
        "1e",
        "1.5",
        "1E24",
        "+1",
        "1_000",
        "10e24",
        "1e100",
        "inf",
        "\uff11",
    ],
)
def test_a_number_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number of operations"):
        parse_flop(text)


@pytest.mark.parametrize("text", ["1.5e0", "1.55e1", "1.1e60", "2e60", "9e99"])
def test_a_number_that_is_broken_or_too_large_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number up to 1e60"):
        parse_flop(text)


class Sample(Strict):
    number: int = 0


def test_a_strict_value_refuses_unknown_keys_conversions_and_changes() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Sample.model_validate({"other": 1})
    for wrong in ("1", 1.0, True):
        with pytest.raises(ValidationError, match="valid integer"):
            Sample.model_validate({"number": wrong})
    with pytest.raises(ValidationError, match="frozen"):
        Sample().number = 1  # type: ignore[misc]  # that is what is tried
