"""Only a key in the person's own document, in date, makes a signature theirs."""

from typing import Any, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.model.declarations import Document, document_of
from ringwall.pdp.signers import signed_by
from ringwall.signing.ssh import sign_ssh
from tests.office import private_key, public_line

NOW = parse_instant("2026-11-21T12:00:00Z")
LATER = parse_instant("2028-11-21T12:00:00Z")
MESSAGE = b'{"what":"review"}'
# The identity of the curve: under it a signature over anything can be made up.
WEAK = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def key_entry(name: str) -> dict[str, Any]:
    """Return somebody's key as a document has it, on record for two years."""
    return {
        "key": public_line(name),
        "from": "2026-01-01T00:00:00Z",
        "until": "2028-01-01T00:00:00Z",
    }


class Paper(NamedTuple):
    statement: bytes
    signature: str


def documents(*keys: dict[str, Any]) -> dict[str, Document]:
    ada = {"id": "user:ada", "organisation": "org:institute", "keys": list(keys)}
    return {"user:ada": document_of(ada)}


def code(
    signer: str, *keys: dict[str, Any], now: int = NOW, person: str = "user:ada"
) -> str:
    paper = Paper(MESSAGE, sign_ssh(MESSAGE, private_key(signer)))
    return signed_by(person, paper, documents(*keys), now)


def test_a_signature_by_a_key_on_record_is_theirs() -> None:
    assert code("ada", key_entry("ada")) == ""
    assert code("ada", key_entry("kay"), key_entry("ada")) == ""


def test_each_thing_wrong_has_a_code_of_its_own() -> None:
    assert code("ada", key_entry("ada"), person="user:kay") == "signer-unknown"
    assert code("ada") == "key-unknown"
    assert code("kay", key_entry("ada")) == "signature-invalid"
    assert code("ada", key_entry("ada"), now=LATER) == "key-lapsed"


def test_a_key_may_be_on_record_for_several_spans_of_time() -> None:
    again = {
        **key_entry("ada"),
        "from": "2028-01-01T00:00:00Z",
        "until": "2029-01-01T00:00:00Z",
    }

    assert code("ada", key_entry("ada"), again, now=LATER) == ""
    assert code("ada", again, key_entry("ada"), now=NOW) == ""


def test_a_key_that_proves_nothing_checks_nothing() -> None:
    weak = {**key_entry("ada"), "key": WEAK}

    assert code("ada", weak) == "signature-invalid"
