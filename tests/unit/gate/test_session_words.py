"""The words of a session's question are checked before anybody is asked."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.gate.session_words import Asker, request_of
from ringwall.model.levels import Authentication
from ringwall.model.requests import Reach
from tests.example import NOON
from tests.matter_events import BOX
from tests.scripted_gate import SECOND, proof_of

READ = {"action": "weights.read", "resource": "weights:aurora-2"}
ASKER = Asker("user:ada", "point:trainer", "mfa", None)
GRANT = "req-" + "a2" * 10
FIRST = "dec-" + "0z" * 10


def test_words_make_a_request_of_the_sessions_subject() -> None:
    words = {
        **READ,
        "purpose": "a trial run",
        "amount": 5,
        "present": ["user:alan"],
        "grant": GRANT,
        "binds": "0f" * 32,
        "handles": ["watermark", "notify", "watermark"],
        "continues": FIRST,
        "reach": Reach(BOX, 3, 8),
    }

    request = request_of(words, ASKER, NOON)

    assert (request.subject, request.point) == ("user:ada", "point:trainer")
    assert request.authentication is Authentication.MFA
    assert (request.purpose, request.amount) == ("a trial run", 5)
    assert (request.grant, request.binds) == (GRANT, "0f" * 32)
    assert request.handles == ("notify", "watermark")
    assert request.present == ("user:alan",)
    assert request.continues == FIRST
    assert request.reach == Reach(BOX, 3, 8)
    assert "grant" in words  # the caller's own words stay as they were


@pytest.mark.parametrize(
    "more",
    [
        {"grant": "req-1"},
        {"grant": GRANT.upper()},
        {"grant": None},
        {"grant": GRANT + "\n"},
        {"binds": "0F" * 32},
        {"binds": 5},
        {"handles": "watermark"},
        {"handles": ["encrypt"]},
        {"handles": [5]},
        {"continues": "dec-1"},
        {"continues": FIRST.upper()},
        {"continues": FIRST + "\n"},
        {"continues": None},
        {"reach": {"container": BOX, "start": 3, "stop": 8}},
        {"action": "read"},
        {"action": 5},
        {"resource": ["weights:aurora-2"]},
        {"resource": "aurora"},
    ],
)
def test_a_word_without_its_form_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(RequestError) as refused:
        request_of({**READ, **more}, ASKER, NOON)

    assert refused.value.code == "request-malformed"


def test_a_proof_says_how_it_was_shown_at_the_moment() -> None:
    proven = Asker("user:ada", "point:trainer", "none", proof_of("user:ada"))

    levels = [
        request_of(READ, proven, NOON + seconds * SECOND).authentication
        for seconds in (0, 60, 61)
    ]

    assert levels == [
        Authentication.HARDWARE_FRESH,
        Authentication.HARDWARE_FRESH,
        Authentication.HARDWARE,
    ]


def test_those_who_ask_alike_are_told_apart() -> None:
    other = Asker("user:alan", "point:trainer", "mfa", None)

    subjects = [request_of(READ, who, NOON).subject for who in (ASKER, other, ASKER)]

    assert subjects == ["user:ada", "user:alan", "user:ada"]


@pytest.mark.parametrize("word", ["subject", "authn", "point", "proof"])
def test_nobody_says_who_asks_but_the_session(word: str) -> None:
    with pytest.raises(TypeError):
        request_of({**READ, word: "user:alan"}, ASKER, NOON)
