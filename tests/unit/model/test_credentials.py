"""Keys and logins as they are declared: public, one spelling, once at a time."""

import base64

import pytest
from pydantic import ValidationError

from ringwall.model.credentials import key_body
from ringwall.model.declarations import document_of
from ringwall.model.parties import Person, Service
from tests.unit.model.documents import (
    KEY_LINE,
    LOGIN,
    PERSON,
    REGISTERED,
    SERVICE,
    Data,
)

BODY = KEY_LINE.split()[1]
LATER = {"from": REGISTERED["until"], "until": "2028-01-01T00:00:00Z"}


@pytest.mark.parametrize("holder", [PERSON, SERVICE])
def test_a_subject_has_keys_and_logins(holder: Data) -> None:
    subject = document_of({**holder, "keys": [REGISTERED], "logins": [LOGIN]})

    assert isinstance(subject, Person | Service)
    assert subject.keys[0].hardware
    assert key_body(subject.keys[0].key) == BODY
    assert subject.logins[0].provider == "idp:institute"


def test_a_key_is_no_hardware_key_unless_it_is_said_to_be() -> None:
    soft = {k: v for k, v in REGISTERED.items() if k != "hardware"}

    subject = document_of({**PERSON, "keys": [soft]})

    assert isinstance(subject, Person)
    assert not subject.keys[0].hardware


def framed(kind: bytes, key: bytes) -> str:
    parts = (len(kind).to_bytes(4, "big") + kind, len(key).to_bytes(4, "big") + key)
    return base64.b64encode(b"".join(parts)).decode()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "not an OpenSSH public key"),
        ("ssh-rsa AAAAB3NzaC1yc2E=", "not an OpenSSH public key"),
        (f"ecdsa-sha2-nistp256 {BODY}", "not an OpenSSH public key"),
        (f"sk-ssh-ed25519@openssh.com {BODY}", "can't be checked here"),
        ("ssh-ed25519", "not an ssh-ed25519 key of 32 bytes"),
        (f"ssh-ed25519 {BODY[:-1]}", "not base64"),
        (f"ssh-ed25519 {BODY[:-4]}", "not an ssh-ed25519 key of 32 bytes"),
        (f"ssh-ed25519 {BODY}AAAA", "not an ssh-ed25519 key of 32 bytes"),
        (f"ssh-ed25519 {framed(b'ssh-rsa', b'x' * 36)}", "of 32 bytes"),
        (f"{KEY_LINE}\n", "one line of ASCII"),
        (f"{KEY_LINE} caf\u00e9", "one line of ASCII"),
        (f"{KEY_LINE} {'x' * 500}", "at most 500"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "not an OpenSSH public key"),
    ],
)
def test_a_line_that_is_no_ed25519_public_key_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        document_of({**PERSON, "keys": [{**REGISTERED, "key": line}]})


def test_a_key_counts_once_at_a_time_whatever_its_comment() -> None:
    again = {**REGISTERED, "key": f"ssh-ed25519 {BODY} laptop"}

    with pytest.raises(ValidationError, match="overlap in time"):
        document_of({**PERSON, "keys": [REGISTERED, again]})


def test_a_key_may_be_declared_again_for_later() -> None:
    subject = document_of({**PERSON, "keys": [REGISTERED, {**REGISTERED, **LATER}]})

    assert isinstance(subject, Person)
    assert len(subject.keys) == 2


@pytest.mark.parametrize("holder", [PERSON, SERVICE])
def test_a_login_stands_once(holder: Data) -> None:
    with pytest.raises(ValidationError, match="`logins` twice"):
        document_of({**holder, "logins": [LOGIN, LOGIN]})


@pytest.mark.parametrize(
    "change", [{"provider": "org:x"}, {"subject": ""}, {"mail": "x"}]
)
def test_a_login_names_a_provider_and_a_subject(change: Data) -> None:
    with pytest.raises(ValidationError):
        document_of({**PERSON, "logins": [{**LOGIN, **change}]})
