"""Who asks is judged at each decision, on the record of that moment."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from ringwall.model.decisions import Stage
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.identity import Shown, identity_reasons
from ringwall.pdp.opening import (
    check_session_statement,
    check_session_token,
    session_statement,
)
from tests.unit.pdp import scene
from tests.unit.pdp.proven import (
    HOUR,
    NOW,
    OPENING,
    OTHER_X,
    PROVIDER,
    SECOND,
    facts,
    fingerprint,
    line,
    registered,
    signed,
    token,
)

HARDWARE = Authentication.HARDWARE
HUB = fingerprint(3)


@dataclass(frozen=True)
class Record:
    """A record of sessions that says what it is told to."""

    ended: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    others: bool = False

    def is_ended(self, session: str, subject: str) -> bool:
        assert subject
        return session in self.ended

    def is_as_opened(self, proof: Proof) -> bool:
        assert proof.session
        return not self.others

    def has_left(self, person: str) -> bool:
        return person in self.left


def by_key(subject: str = "user:ada", number: int = 1, only: str = "") -> Proof:
    said = session_statement(OPENING, subject, NOW + HOUR, "A" * 22, only=only)
    registry = facts(runner={"keys": [registered(7)]})
    return check_session_statement(said, signed(said, number), registry, OPENING)


def by_token() -> Proof:
    return check_session_token(token(acr="phr"), "", facts(), OPENING)


KEY, TOKEN = by_key(), by_token()


def codes(
    shown: Shown,
    registry: FactBase | None = None,
    request: AccessRequest | None = None,
    record: Record | None = None,
    now: int = NOW,
) -> list[str]:
    reasons = identity_reasons(
        shown,
        request or scene.ask(),
        facts() if registry is None else registry,
        record or Record(),
        now,
    )
    assert all(reason.stage is Stage.IDENTITY for reason in reasons)
    assert all(reason.message for reason in reasons)
    return [reason.code for reason in reasons]


@pytest.mark.parametrize("proof", [KEY, TOKEN], ids=lambda proof: proof.method)
def test_a_proof_in_order_shows_who_asks(proof: Proof) -> None:
    assert codes(Shown(proof, HUB)) == []


def test_a_service_shows_itself_by_its_own_key() -> None:
    shown = Shown(by_key("service:runner", 7), HUB)
    registry = facts(runner={"keys": [registered(7)]})
    request = scene.ask("service:runner", authentication=Authentication.MFA)

    assert codes(shown, registry, request) == []
    gone = Record(left=frozenset({"user:ada"}))
    assert codes(shown, registry, request, gone) == ["identity-left"]


def test_without_a_proof_nobody_is_believed() -> None:
    assert codes(Shown(None, HUB)) == ["identity-unproven"]


def test_a_point_without_a_key_does_not_make_up_for_it() -> None:
    request = scene.ask(point="point:campus")

    assert codes(Shown(), request=request) == ["identity-unproven"]
    assert codes(Shown(None, HUB), request=request) == ["identity-unproven"]


def test_an_unknown_point_does_not_either() -> None:
    request = scene.ask(point="point:none")

    assert codes(Shown(), request=request) == ["identity-unproven"]


@pytest.mark.parametrize("key", ["", fingerprint(4)])
def test_a_point_with_a_key_has_to_prove_it_too(key: str) -> None:
    assert codes(Shown(KEY, key)) == ["point-unproven"]
    assert codes(Shown(None, key)) == ["point-unproven", "identity-unproven"]


def test_the_word_of_a_point_that_vouches_is_taken_once_it_has_proven_itself() -> None:
    registry = facts(hub={"key": line(3), "vouches": True})

    assert codes(Shown(None, HUB), registry) == []
    assert codes(Shown(None, ""), registry) == ["point-unproven"]
    assert codes(Shown(None, fingerprint(4)), registry) == ["point-unproven"]


def test_a_point_whose_key_was_changed_has_to_prove_the_new_one() -> None:
    registry = facts(hub={"key": line(4), "vouches": True})

    assert codes(Shown(None, HUB), registry) == ["point-unproven"]


def test_where_identity_is_claimed_words_will_do() -> None:
    claimed = facts(institute={"identity": "claimed"})

    assert codes(Shown(), claimed) == []


def test_where_identity_is_claimed_a_proof_is_judged_all_the_same() -> None:
    claimed = facts(institute={"identity": "claimed"})

    assert codes(Shown(KEY), claimed) == []
    assert codes(Shown(KEY), claimed, now=KEY.until) == ["identity-expired"]


def test_an_institute_that_is_not_on_record_believes_nobody() -> None:
    nobody = scene.institute(without=("org:institute",))

    assert codes(Shown(), nobody) == ["identity-unproven"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (scene.ask("user:max"), "identity-other-subject"),
        (scene.ask(point="point:campus"), "identity-other-point"),
        (scene.ask(authentication=Authentication.HARDWARE_FRESH), None),
    ],
)
def test_a_proof_is_for_its_subject_at_its_point(
    request_: AccessRequest, code: str | None
) -> None:
    assert codes(Shown(KEY, HUB), request=request_) == ([code] if code else [])


def test_what_was_signed_for_one_action_opens_no_other() -> None:
    only = Shown(by_key(only="weights.infer weights:aurora"), HUB)

    assert codes(only) == []
    other = scene.ask(action="weights.copy")
    assert codes(only, request=other) == ["identity-other-action"]


@pytest.mark.parametrize(
    ("proof", "now"), [(KEY, NOW + 61 * SECOND), (TOKEN, NOW)], ids=["stale", "token"]
)
def test_nobody_claims_more_than_the_proof_shows(proof: Proof, now: int) -> None:
    request = scene.ask(authentication=Authentication.HARDWARE_FRESH)

    assert codes(Shown(proof, HUB), request=request, now=now) == [
        "identity-above-proof"
    ]


def test_a_session_ends_at_its_end() -> None:
    assert codes(Shown(KEY, HUB), now=KEY.until - 1) == []
    assert codes(Shown(KEY, HUB), now=KEY.until) == ["identity-expired"]


def test_a_session_that_was_ended_shows_nothing() -> None:
    record = Record(ended=frozenset({KEY.session}))

    assert codes(Shown(KEY, HUB), record=record) == ["identity-ended"]


def test_a_proof_that_did_not_open_its_session_shows_nothing() -> None:
    made_up = Shown(replace(KEY, until=KEY.until + HOUR), HUB)

    assert codes(made_up, record=Record(others=True)) == ["identity-made-up"]
    both = Record(ended=frozenset({KEY.session}), others=True)
    assert codes(made_up, record=both) == ["identity-ended"]


def test_whoever_has_left_is_nobody_here() -> None:
    record = Record(left=frozenset({"user:ada"}))

    assert codes(Shown(TOKEN, HUB), record=record) == ["identity-left"]


@pytest.mark.parametrize("proof", [KEY, TOKEN], ids=lambda proof: proof.method)
def test_a_subject_that_is_struck_from_the_registry_is_nobody(proof: Proof) -> None:
    registry = facts().with_changes({"user:ada": None})

    assert codes(Shown(proof, HUB), registry) == ["identity-key-gone"]


@pytest.mark.parametrize(
    ("changed", "proof", "code"),
    [
        ({"ada": {"keys": []}}, KEY, "identity-key-gone"),
        ({"ada": {"keys": [registered(5)]}}, KEY, "identity-key-gone"),
        (
            {"ada": {"keys": [registered(1, until="2026-06-30T00:00:00Z")]}},
            KEY,
            "identity-key-gone",
        ),
        ({"ada": {"keys": [registered(1)]}}, KEY, "identity-above-proof"),
        ({"ada": {"logins": []}}, TOKEN, "identity-login-gone"),
        (
            {"provider": {"keys": [{**PROVIDER["keys"][0], "x": OTHER_X}]}},
            TOKEN,
            "identity-key-gone",
        ),
    ],
)
def test_a_proof_lasts_as_long_as_what_bears_it_out(
    changed: dict[str, Any], proof: Proof, code: str
) -> None:
    assert codes(Shown(proof, HUB), facts(**changed)) == [code]


def test_a_provider_that_is_struck_vouches_for_nobody() -> None:
    registry = facts().with_changes({"idp:own": None})

    assert codes(Shown(TOKEN, HUB), registry) == ["identity-key-gone"]


def test_whoever_signed_in_too_long_ago_signs_in_again() -> None:
    old = replace(TOKEN, until=NOW + 10 * HOUR)

    assert codes(Shown(old, HUB), now=NOW + 3630 * SECOND) == []
    assert codes(Shown(old, HUB), now=NOW + 3630 * SECOND + 1) == ["identity-stale"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    request = scene.ask("user:max", point="point:campus")
    record = Record(frozenset({TOKEN.session}), frozenset({"user:ada"}))
    registry = facts(ada={"logins": []})

    found = codes(Shown(TOKEN, ""), registry, request, record, NOW + 2 * HOUR)

    assert found == [
        "identity-other-subject",
        "identity-other-point",
        "identity-expired",
        "identity-ended",
        "identity-left",
        "identity-login-gone",
        "identity-stale",
    ]
