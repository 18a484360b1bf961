"""Opening a session: what is proven opens one, and each bent proof is refused."""

import json

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import format_instant
from ringwall.base.errors import IdentityUnproven
from ringwall.model.levels import Authentication
from ringwall.pdp.facts import FactBase
from ringwall.pdp.opening import (
    Opening,
    check_session_statement,
    check_session_token,
    claimed_subject,
    session_statement,
)
from tests.unit.pdp.proven import (
    CLAIMS,
    HOUR,
    LOGIN,
    NOW,
    OPENING,
    ORIGIN,
    SECOND,
    THUMBPRINT,
    Data,
    facts,
    fingerprint,
    registered,
    signed,
    token,
)

FACTS = facts()
NONCE = "A" * 22
AT = NOW // SECOND


def statement(**fields: object) -> bytes:
    """Return a statement in order, but for these fields; None takes one off."""
    plain = session_statement(OPENING, "user:ada", NOW + HOUR, NONCE)
    said = {**json.loads(plain), **fields}
    return dump_canonical({k: v for k, v in said.items() if v is not None})


def refused(
    said: bytes, number: int = 1, registry: FactBase = FACTS, signature: str = ""
) -> str:
    proof = signature or signed(said, number)
    with pytest.raises(IdentityUnproven) as caught:
        check_session_statement(said, proof, registry, OPENING)
    assert caught.value.next_step
    return caught.value.code


def refused_token(text: str, subject: str = "user:ada", **changed: Data) -> str:
    with pytest.raises(IdentityUnproven) as caught:
        check_session_token(text, subject, facts(**changed), OPENING)
    assert caught.value.next_step
    return caught.value.code


def test_a_signed_statement_opens_a_session() -> None:
    said = session_statement(OPENING, "user:ada", NOW + HOUR, NONCE)

    proof = check_session_statement(said, signed(said, 1), FACTS, OPENING)

    assert (proof.method, proof.subject, proof.point) == (
        "ssh",
        "user:ada",
        "point:hub",
    )
    assert (proof.at, proof.until) == (NOW, NOW + HOUR)
    assert proof.key == fingerprint(1)
    assert proof.level is Authentication.HARDWARE
    assert (proof.fresh_until, proof.fresh_for) == (NOW + 60 * SECOND, "")
    assert (proof.provider, proof.login) == ("", "")
    assert proof.session.startswith("ses-")
    assert len(proof.session) == 24
    assert len(proof.nonce) == 64


def test_a_key_that_is_in_no_device_shows_two_factors() -> None:
    said = session_statement(OPENING, "user:max", NOW + HOUR, NONCE)

    proof = check_session_statement(said, signed(said, 2), FACTS, OPENING)

    assert proof.level is Authentication.MFA


def test_a_statement_may_be_for_one_action_alone() -> None:
    only = "weights.read weights:aurora"
    said = session_statement(OPENING, "user:ada", NOW + HOUR, NONCE, only=only)

    proof = check_session_statement(said, signed(said, 1), FACTS, OPENING)

    assert proof.fresh_for == only


def test_a_service_has_a_key_of_its_own() -> None:
    said = session_statement(OPENING, "service:runner", NOW + HOUR, NONCE)
    registry = facts(runner={"keys": [registered(7)]})

    proof = check_session_statement(said, signed(said, 7), registry, OPENING)

    assert proof.subject == "service:runner"
    assert refused(said, 7) == "key-unknown"


def test_the_session_and_nonce_follow_from_who_signed_which_nonce() -> None:
    first = statement()
    again = statement(until=format_instant(NOW + 2 * HOUR))
    other = statement(nonce="B" * 22)

    proofs = [
        check_session_statement(said, signed(said, 1), FACTS, OPENING)
        for said in (first, again, other)
    ]

    assert proofs[0].nonce == proofs[1].nonce != proofs[2].nonce
    assert proofs[0].session == proofs[1].session != proofs[2].session


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"origin": "log.other.example"}, "session-foreign"),
        ({"point": "point:campus"}, "session-foreign"),
        ({"at": format_instant(NOW + 30 * SECOND + 1)}, "session-early"),
        ({"until": format_instant(NOW)}, "session-expired"),
        (
            {
                "at": format_instant(NOW + 10 * SECOND),
                "until": format_instant(NOW + 10 * SECOND),
            },
            "session-expired",
        ),
        ({"until": format_instant(NOW + 12 * HOUR + 1)}, "session-too-long"),
        ({"at": format_instant(NOW - 11 * HOUR - 1)}, "session-too-long"),
        ({"at": "yesterday"}, "session-malformed"),
        ({"at": 5}, "session-malformed"),
        ({"what": "approval"}, "session-malformed"),
        ({"nonce": None}, "session-malformed"),
        ({"nonce": "A" * 21}, "session-malformed"),
        ({"nonce": "A" * 87}, "session-malformed"),
        ({"nonce": "A" * 21 + "="}, "session-malformed"),
        ({"more": "x"}, "session-malformed"),
        ({"subject": "point:hub"}, "session-malformed"),
        ({"subject": "ada"}, "session-malformed"),
        ({"action": "weights.read"}, "session-malformed"),
        ({"resource": "weights:w"}, "session-malformed"),
        ({"action": "read", "resource": "weights:w"}, "session-malformed"),
        ({"subject": "user:max"}, "key-unknown"),
        ({"subject": "user:nobody"}, "key-unknown"),
        ({"subject": "user:kay"}, "key-unknown"),
    ],
)
def test_a_statement_that_says_what_it_may_not_is_refused(
    fields: dict[str, object], code: str
) -> None:
    assert refused(statement(**fields)) == code


def test_a_session_may_last_twelve_hours() -> None:
    said = statement(until=format_instant(NOW + 12 * HOUR))

    proof = check_session_statement(said, signed(said, 1), FACTS, OPENING)

    assert proof.until == NOW + 12 * HOUR


def test_a_clock_that_is_a_little_ahead_makes_nothing_fresher() -> None:
    said = statement(at=format_instant(NOW + 20 * SECOND))

    proof = check_session_statement(said, signed(said, 1), FACTS, OPENING)

    assert (proof.at, proof.fresh_until) == (NOW, NOW + 60 * SECOND)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", statement() + b"\n"])
def test_bytes_that_are_no_statement_are_refused(data: bytes) -> None:
    assert refused(data) == "session-malformed"


def test_a_signature_by_a_key_that_is_not_on_record_is_refused() -> None:
    assert refused(statement(), 9) == "key-unknown"


def test_a_signature_over_another_statement_is_refused() -> None:
    other = signed(statement(nonce="B" * 22), 1)

    assert refused(statement(), signature=other) == "signature-invalid"


def test_a_signature_in_another_form_is_refused() -> None:
    assert refused(statement(), signature="x") == "signature-malformed"


def test_a_lapsed_key_opens_nothing() -> None:
    past = {"from": "2025-01-01T00:00:00Z", "until": format_instant(NOW)}
    registry = facts(ada={"keys": [registered(1, **past)]})

    assert refused(statement(), registry=registry) == "key-lapsed"


def test_a_key_declared_again_opens_sessions_again() -> None:
    past = {"from": "2025-01-01T00:00:00Z", "until": "2025-02-01T00:00:00Z"}
    keys = [registered(8), registered(1, **past), registered(1)]
    said = statement()

    proof = check_session_statement(
        said, signed(said, 1), facts(ada={"keys": keys}), OPENING
    )

    assert proof.key == fingerprint(1)


def test_a_line_on_record_that_is_no_key_has_signed_nothing() -> None:
    frame = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
    registry = facts(ada={"keys": [registered(1, key=frame)]})

    assert refused(statement(), registry=registry) == "key-unknown"


def test_a_token_opens_a_session() -> None:
    text = token(amr=["pwd", "otp"], acr="phr", auth_time=AT - 5)

    proof = check_session_token(text, "user:ada", FACTS, OPENING)

    assert (proof.method, proof.provider, proof.login) == (
        "token",
        "idp:own",
        LOGIN["subject"],
    )
    assert (proof.subject, proof.point) == ("user:ada", "point:hub")
    assert proof.key == THUMBPRINT
    assert proof.level is Authentication.HARDWARE
    assert (proof.at, proof.until) == (NOW - 5 * SECOND, NOW + 600 * SECOND)
    assert (proof.fresh_until, proof.fresh_for) == (NOW + 55 * SECOND, "")


def test_a_token_shows_whose_login_it_is_where_nobody_is_named() -> None:
    assert check_session_token(token(), "", FACTS, OPENING).subject == "user:ada"


def test_a_login_of_two_accounts_has_to_say_which() -> None:
    shared = {"logins": [LOGIN]}
    registry = facts(runner=shared)

    with pytest.raises(IdentityUnproven) as caught:
        check_session_token(token(), "", registry, OPENING)
    named = check_session_token(token(), "service:runner", registry, OPENING)

    assert caught.value.code == "login-ambiguous"
    assert named.subject == "service:runner"


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        ({}, Authentication.PASSWORD),
        ({"acr": "unheard-of", "amr": ["pin"]}, Authentication.PASSWORD),
        ({"amr": ["pwd"]}, Authentication.PASSWORD),
        ({"amr": ["pwd", "otp"]}, Authentication.MFA),
        ({"acr": "pwd", "amr": ["phr"]}, Authentication.HARDWARE),
    ],
)
def test_the_highest_value_that_is_known_counts(
    claims: dict[str, object], level: Authentication
) -> None:
    assert check_session_token(token(**claims), "", FACTS, OPENING).level is level


def test_a_token_that_does_not_say_when_its_user_signed_in_is_never_fresh() -> None:
    proof = check_session_token(token(acr="phr"), "", FACTS, OPENING)

    assert proof.fresh_until == 0
    assert proof.level_at(NOW, "weights.read", "weights:w") is Authentication.HARDWARE


def test_a_provider_may_be_one_whose_users_are_never_fresh() -> None:
    registry = facts(provider={"fresh_seconds": 0})
    text = token(acr="phr", auth_time=AT)

    assert check_session_token(text, "", registry, OPENING).fresh_until == 0


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://evil.example"}, "token-foreign"),
        ({"sub": "eve@example"}, "login-unknown"),
        ({"exp": AT - 60, "iat": AT - 600}, "token-expired"),
    ],
)
def test_a_token_that_is_not_in_order_is_refused(
    claims: dict[str, object], code: str
) -> None:
    assert refused_token(token(**claims)) == code


@pytest.mark.parametrize("subject", ["user:max", "user:nobody", "point:hub"])
def test_a_token_is_nobody_elses(subject: str) -> None:
    assert refused_token(token(), subject) == "login-unknown"


def test_nobodys_login_opens_nothing() -> None:
    assert refused_token(token(), "", ada={"logins": []}) == "login-unknown"


def test_where_a_session_is_opened_is_a_value() -> None:
    assert Opening(ORIGIN, "point:hub", NOW) == OPENING
    assert CLAIMS["iat"] == AT


def test_a_statement_names_somebody_if_it_can_be_read() -> None:
    assert claimed_subject(statement()) == "user:ada"
    assert claimed_subject(statement(nonce="short")) == ""
    assert claimed_subject(b"\xff") == ""
