"""Disclosure files: true values in their places, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.ledger.entries import seal_entry
from ringwall.ledger.memory.disclosures import Disclosure, Pseudonyms, commitment
from ringwall.record.disclosure_file import (
    MAX_DISCLOSURE_BYTES,
    format_disclosures,
    parse_disclosures,
    revealed,
)
from tests.fault.ledger_simulator import decision, fact

SALT = bytes(range(32))
ASKED = {**decision("dec-1"), "subject": "user:ada", "purpose": 'a "nightly" run'}
ENTRY = seal_entry(ASKED, Pseudonyms(lambda _: None))
FILE = format_disclosures(ENTRY.disclosures)


def disclosed(value: object, scheme: str = "text:") -> Disclosure:
    """Return the disclosure of a value."""
    data = dump_canonical(value)
    return Disclosure(commitment(scheme, SALT, data), "", SALT, data)


def code_of(data: bytes) -> str:
    """Return the code for which a file is refused."""
    with pytest.raises(IntegrityError) as caught:
        parse_disclosures(data)
    return caught.value.code


def edited(**changes: Any) -> bytes:  # noqa: ANN401 - JSON is of any type
    """Return the file with the first disclosure changed."""
    file = json.loads(FILE)
    file["disclosures"][0] |= changes
    return json.dumps(file).encode()


def test_an_entry_is_read_in_plain_words_with_its_disclosures() -> None:
    found = parse_disclosures(FILE)

    assert {one.token for one in found} == {one.token for one in ENTRY.disclosures}
    assert revealed(ENTRY.data, found) == ASKED
    assert revealed(ENTRY.data) == ENTRY.event


def test_a_whole_document_takes_the_place_of_its_token() -> None:
    entry = seal_entry(fact("user:ada"), Pseudonyms(lambda _: None))
    found = parse_disclosures(format_disclosures(entry.disclosures))

    assert revealed(entry.data, found) == fact("user:ada")


def test_without_disclosures_the_file_is_empty_and_read_back() -> None:
    assert parse_disclosures(format_disclosures(())) == ()


def test_a_changed_value_is_refused() -> None:
    assert code_of(edited(value="user:eve")) == "disclosure-changed"
    assert code_of(edited(salt="A" * 43 + "=")) == "disclosure-changed"
    assert code_of(edited(token="user:~" + "A" * 43)) == "disclosure-changed"
    no_token = {"token": "user:ada"}
    assert code_of(edited(**no_token)) == "disclosure-changed"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"format": "ringwall disclosures v1"}',
        b'{"format": "ringwall disclosures v2", "disclosures": []}',
        b'{"format": "ringwall disclosures v1", "disclosures": {}}',
        b'{"format": "ringwall disclosures v1", "disclosures": [1]}',
        b'{"format": "ringwall disclosures v1", "disclosures": [{"token": ""}]}',
        edited(salt="A" * 42),
        edited(salt=7),
        edited(token=None),
        edited(value=1.5),
        edited(more=1),
        b" " * (MAX_DISCLOSURE_BYTES + 1),
        FILE.replace(b"[\n", b"[\n" + FILE.split(b"\n")[1].rstrip(b",") + b",\n"),
    ],
)
def test_whatever_is_no_such_file_is_refused(data: bytes) -> None:
    assert code_of(data) == "disclosures-malformed"


def test_a_disclosure_for_another_entry_is_refused() -> None:
    with pytest.raises(IntegrityError) as caught:
        revealed(ENTRY.data, [disclosed("of another")])
    assert caught.value.code == "disclosure-unfounded"


@pytest.mark.parametrize("value", [{"effect": "permit"}, ["x"], 12, None, True])
def test_what_is_no_text_never_stands_for_a_part_of_a_text(value: object) -> None:
    one = disclosed(value)
    for place in (one.token, f"see {one.token}", [one.token], {"deep": one.token}):
        with pytest.raises(IntegrityError) as caught:
            revealed(dump_canonical({"purpose": place}), [one])
        assert caught.value.code == "disclosures-malformed"
    whole = dump_canonical({"document": {"concealed": one.token}})
    assert revealed(whole, [one]) == {"document": value}


@given(st.text(max_size=40))
def test_a_text_stays_within_its_quotes(text: str) -> None:
    try:
        one = disclosed(text)
    except ValueError:  # a lone surrogate
        return
    entry = dump_canonical({"effect": "deny", "purpose": one.token})
    assert revealed(entry, [one]) == {"effect": "deny", "purpose": text}


@pytest.mark.parametrize("entry", [b"", b"text", b'{"b":1,"a":2}', b"[]", b"\xff"])
def test_an_entry_of_another_program_has_no_event(entry: bytes) -> None:
    assert revealed(entry) is None
