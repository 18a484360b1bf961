"""Options that commands share."""

from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, RequestError
from ringwall.cli.options import Format, examples, key_of, open_institute
from ringwall.signing import CosigningKey, SigningKey, format_vkey
from tests.e2e.running import Ringwall


def test_an_institute_is_the_one_named(institute: Path) -> None:
    assert open_institute(institute).settings.name == "institute"


def test_an_institute_is_the_nearest_upward(
    institute: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = institute / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert open_institute(None).folder == institute


def test_a_folder_without_settings_is_no_institute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (None, tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigurationError) as refusal:
            open_institute(folder)
        assert refusal.value.code == "institute-missing"
        assert "ringwall init" in refusal.value.next_step


def test_a_key_is_the_one_given_or_misuse() -> None:
    key = SigningKey("log.example", bytes(32)).verifier()
    witness = CosigningKey("city.example", bytes(32)).verifier()

    assert key_of(format_vkey(key)) == key
    for text, code in (
        ("", "key-malformed"),
        ("x", "key-malformed"),
        (format_vkey(witness), "key-wrong-type"),
    ):
        with pytest.raises(RequestError) as refusal:
            key_of(text)
        assert (refusal.value.code, refusal.value.exit_code) == (code, 2)
        assert refusal.value.next_step


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--vkey", ""),
        ("check-proof", "ringwall.toml", "--vkey", ""),
        ("consistency", "1", "2", "--proof", "ringwall.toml", "--vkey", ""),
        (
            *("cosign", "ringwall.toml", "--key", "k", "--memory", "m", "-o", "o"),
            *("--vkey", ""),
        ),
    ],
)
def test_a_key_from_a_variable_that_is_not_set_is_refused(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    done = ringwall("audit", *words, "--format", "json")

    assert (done.code, done.out) == (2, "")
    assert done.error()["code"] == "key-malformed"
    assert done.error()["message"] == "the key is empty"


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--from", ""),
        ("verify", "--anchor", ""),
        ("verify", "--witness-policy", ""),
        ("check-proof", "ringwall.toml", "--vkey", "{}", "--witness-policy", ""),
        ("check-proof", "ringwall.toml", "--vkey", "{}", "--disclosures", ""),
        ("check-proof", "ringwall.toml", "--vkey", "{}", "--leaf", ""),
        ("check-proof", "ringwall.toml", "--vkey", "{}", "--origin", ""),
        (
            *("consistency", "0", "2", "--proof", "ringwall.toml", "--vkey", "{}"),
            *("--origin", ""),
        ),
        (
            *("cosign", "ringwall.toml", "--key", "", "--memory", "m", "-o", "o"),
            *("--vkey", "{}"),
        ),
    ],
)
def test_a_file_or_a_name_from_a_variable_that_is_not_set_is_refused(
    ringwall: Ringwall, institute: Path, words: tuple[str, ...]
) -> None:
    vkey = (institute / "keys/log.vkey").read_text().strip()
    done = ringwall("audit", *(word.format(vkey) for word in words))

    assert (done.code, done.out) == (2, "")


def test_examples_are_lines_to_copy() -> None:
    assert examples("why last") == "Examples\n\n  $ ringwall why last"


def test_there_are_four_formats() -> None:
    assert [form.value for form in Format] == ["table", "json", "ndjson", "csv"]
