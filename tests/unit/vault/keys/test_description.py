"""Descriptions of keys: one spelling each, and nothing secret in them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ringwall.vault.keys.description import KINDS, KeyDescription, parse_key_name

SHARES = KeyDescription(
    "custodians",
    "shares",
    1_800_000_000_000_000,
    {"set": 7, "shares": 5, "threshold": 3},
)


def test_a_description_is_one_line_of_canonical_json_and_comes_back() -> None:
    data = SHARES.with_check("abcd").dump()

    assert data == (
        b'{"check":"abcd","created":"2027-01-15T08:00:00Z","kind":"shares",'
        b'"name":"custodians","params":{"set":7,"shares":5,"threshold":3},"v":1}\n'
    )
    assert KeyDescription.load(data) == SHARES.with_check("abcd")


def test_the_check_value_is_bound_to_all_but_itself() -> None:
    context = SHARES.check_context()

    assert context.startswith(b"ringwall-vault/1 check\0{")
    assert SHARES.with_check("abcd").check_context() == context
    assert b'check"' not in context


@pytest.mark.parametrize(
    "name", ["a", "0", "vault-2027", "a_b", "a" * 64, "a--b"], ids=len
)
def test_names_of_keys(name: str) -> None:
    assert parse_key_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "a.json",
        "-a",
        "a-",
        "a/b",
        "..",
        "a b",
        "a" * 65,
        "a\n",
        "\u00e4",
        7,
        None,
    ],
)
def test_what_is_no_name_of_a_key(name: object) -> None:
    with pytest.raises(ValueError, match="a key's name"):
        parse_key_name(name)


def _edited(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda fields: fields.update(values)


@pytest.mark.parametrize(
    "edit",
    [
        _edited(v=2),
        _edited(v="1"),
        _edited(more=1),
        lambda fields: fields.pop("check"),
        _edited(name="A"),
        _edited(kind="cloud"),
        _edited(kind=["shares"]),
        _edited(kind="file"),
        _edited(created="yesterday"),
        _edited(created=5),
        _edited(created="2027-01-15T09:00:00+01:00"),
        _edited(params=[]),
        _edited(params={"set": 7, "shares": 5}),
        _edited(params={"set": "7", "shares": 5, "threshold": 3}),
        _edited(params={"set": True, "shares": 5, "threshold": 3}),
        _edited(check=None),
    ],
)
def test_a_value_that_is_none_is_refused(
    edit: Callable[[dict[str, Any]], None],
) -> None:
    fields = json.loads(SHARES.dump())
    edit(fields)
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))

    with pytest.raises(ValueError):  # noqa: PT011 - each says another thing
        KeyDescription.load(text.encode() + b"\n")


@pytest.mark.parametrize(
    "data",
    [
        SHARES.dump()[:-1],
        SHARES.dump() + b"\n",
        b" " + SHARES.dump(),
        b"\n",
        b"[]\n",
        b"\xff\n",
        b"{" + b" " * 20_000 + b"}\n",
    ],
)
def test_bytes_that_dump_would_not_write_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says another thing
        KeyDescription.load(data)


def test_each_kind_has_its_parameters_named_in_order() -> None:
    assert sorted(KINDS) == ["file", "passphrase", "pkcs11", "recipient", "shares"]
    assert all(list(params) == sorted(params) for params in KINDS.values())
