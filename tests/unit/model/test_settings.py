"""What `ringwall.toml` may say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.model.settings import (
    MAX_SETTINGS_BYTES,
    Settings,
    format_settings,
    parse_settings,
)
from ringwall.model.values import is_printable

GOOD: dict[str, Any] = {
    "name": "Example institute",
    "tiers": "two",
    "origin": "log.example/ringwall",
}


def refusal(data: bytes | str) -> tuple[Fault, ...]:
    """Return the faults for which a settings file is refused."""
    data = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(data, "ringwall.toml")
    assert caught.value.code == "settings-invalid"
    assert caught.value.faults
    return caught.value.faults


def toml(**changes: str | None) -> str:
    words = {**GOOD, **changes}
    return "".join(f'{k} = "{v}"\n' for k, v in words.items() if v is not None)


def test_settings_are_read_with_their_defaults() -> None:
    settings = parse_settings(toml().encode(), "ringwall.toml")

    assert settings == Settings(**GOOD)
    assert (settings.store, settings.point) == ("ledger.db", None)
    assert (settings.sample, settings.sample_one_in) == (None, None)
    assert settings.anchor is None


def test_all_settings_are_read() -> None:
    text = toml(
        tiers="three",
        store="main.db",
        point="point:desk",
        anchor="/media/other/log",
        sample="1 in 20",
    )
    settings = parse_settings(text.encode(), "ringwall.toml")

    assert settings.tiers == "three"
    assert (settings.store, settings.point) == ("main.db", "point:desk")
    assert settings.anchor == "/media/other/log"
    assert (settings.sample, settings.sample_one_in) == ("1 in 20", 20)


@given(
    st.builds(
        Settings,
        name=st.text(min_size=1, max_size=40).filter(
            lambda text: bool(text.strip()) and is_printable(text)
        ),
        tiers=st.sampled_from(["two", "three"]),
        origin=st.from_regex(r"[!-*,-~]{1,40}", fullmatch=True),
        store=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}\.db", fullmatch=True),
        point=st.none() | st.from_regex(r"point:[a-z0-9]{1,9}", fullmatch=True),
        sample=st.none() | st.integers(1, 999_999).map(lambda n: f"1 in {n}"),
    )
)
def test_settings_come_back_from_their_text(settings: Settings) -> None:
    text = format_settings(settings)

    assert parse_settings(text.encode(), "ringwall.toml") == settings


def test_the_largest_file_is_read() -> None:
    data = toml().encode()
    data += b"#" * (MAX_SETTINGS_BYTES - len(data))

    assert parse_settings(data, "ringwall.toml") == Settings(**GOOD)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    data = toml().encode() + b"#" * MAX_SETTINGS_BYTES

    assert [fault.code for fault in refusal(data)] == ["toml-malformed"]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\xef\xbb\xbf" + toml().encode(),
        b"name",
        b"name = ",
        b'name = "a"\nname = "b"',
        b"a = " + b"[" * 20_000,
        b'name = "a\x00b"',
    ],
)
def test_what_is_not_toml_is_refused(data: bytes) -> None:
    faults = refusal(data)

    assert [fault.code for fault in faults] == ["toml-malformed"]
    assert faults[0].message[0] == faults[0].message[0].lower()


def test_an_unknown_setting_is_refused_with_its_line() -> None:
    faults = refusal(toml() + "\ncolour = 'red'\n")

    assert [(f.line, f.code) for f in faults] == [(5, "setting-wrong")]
    assert faults[0].message.startswith("`colour`: ")


def test_a_missing_setting_is_refused_without_a_line() -> None:
    faults = refusal(toml(origin=None))

    assert [(f.line, f.code) for f in faults] == [(0, "setting-wrong")]
    assert faults[0].message == "`origin`: field required"


def test_every_wrong_setting_is_named_at_once() -> None:
    faults = refusal(toml(tiers="four", point="user:ada", origin="a b"))

    assert [fault.line for fault in faults] == [2, 3, 4]


@pytest.mark.parametrize(
    "origin", ["", "a b", "a+b", "a\\tb", "log.exämple", "x" * 201, "a\\u007f"]
)
def test_an_origin_that_no_checkpoint_can_carry_is_refused(origin: str) -> None:
    assert refusal(toml(origin=origin))[0].message.startswith("`origin`: an origin is")


def test_an_origin_may_have_200_characters() -> None:
    settings = parse_settings(toml(origin="x" * 200).encode(), "ringwall.toml")

    assert len(settings.origin) == 200


@pytest.mark.parametrize(
    "store",
    [
        "",
        "ledger",
        ".db",
        ".ledger.db",
        "../ledger.db",
        "a/ledger.db",
        "a\\\\b.db",
        "ledger.db?mode=memory&x.db",
        "ledger%2e.db",
        "a#b.db",
        "a b.db",
        "a\\nb.db",
        "x" * 101 + ".db",
    ],
)
def test_a_store_that_is_no_plain_file_name_is_refused(store: str) -> None:
    assert refusal(toml(store=store))[0].message.startswith("`store`: the store is")


@pytest.mark.parametrize(
    ("sample", "one_in"), [("1 in 1", 1), ("1 in 100", 100), ("1 in 999999", 999_999)]
)
def test_a_share_is_one_in_so_many(sample: str, one_in: int) -> None:
    settings = parse_settings(toml(sample=sample).encode(), "ringwall.toml")

    assert settings.sample_one_in == one_in


@pytest.mark.parametrize(
    "sample",
    [
        "",
        "none",
        "0",
        "1",
        "0.01",
        "1%",
        "1/100",
        "1 in 0",
        "1 in 007",
        "1 in -5",
        "1 in 1_000",
        "1 in 1e3",
        "1 in 1000000",
        "1 in ٣",
        "1 in 5 ",
        "1 in 5\\n",
        "2 in 5",
        "1 In 5",
        "1  in 5",
    ],
)
def test_a_share_in_another_form_is_refused(sample: str) -> None:
    assert refusal(toml(sample=sample))[0].message.startswith("`sample`: a share is")


@pytest.mark.parametrize("value", ["0.01", "1", "100", "true", '["1 in 5"]'])
def test_a_share_that_is_no_text_is_refused(value: str) -> None:
    faults = refusal(toml() + f"sample = {value}\n")

    assert [(fault.line, fault.code) for fault in faults] == [(4, "setting-wrong")]


@pytest.mark.parametrize("line", ["name = 5", "name = true", "name = [1]", "name = ''"])
def test_a_setting_of_another_type_is_refused(line: str) -> None:
    faults = refusal(toml(name=None) + line)

    assert [(fault.line, fault.code) for fault in faults] == [(3, "setting-wrong")]


def test_settings_refuse_the_same_when_made_in_the_program() -> None:
    with pytest.raises(ValidationError, match="an origin is"):
        Settings(name="x", tiers="two", origin="")


@pytest.mark.parametrize("anchor", ["", "/media/other/", "a" * 1001, "a\\u0007b"])
def test_a_second_place_that_is_no_file_is_refused(anchor: str) -> None:
    (fault,) = refusal(toml(anchor=anchor))

    assert (fault.code, fault.line) == ("setting-wrong", 4)
