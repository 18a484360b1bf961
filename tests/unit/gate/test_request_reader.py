"""Questions come in as AuthZEN's JSON or as words; all else is refused or ignored."""

from typing import Any

import pytest

from ringwall.base.errors import RequestError
from ringwall.gate.request_reader import request_from_json, request_from_words
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.values import is_printable
from tests.matter_events import BOX

WORDS: dict[str, Any] = {
    "subject": "user:ada",
    "action": "weights.read",
    "resource": "weights:aurora-2",
    "point": "point:trainer",
}


def question(**changes: object) -> dict[str, Any]:
    """Return an access evaluation of AuthZEN 1.0."""
    return {
        "subject": {"type": "user", "id": "ada"},
        "action": {"name": "weights.read"},
        "resource": {"type": "weights", "id": "aurora-2"},
        "context": {"via": "point:trainer", "authn": "hardware", "purpose": "a trial"},
        **changes,
    }


def refused(value: object) -> str:
    with pytest.raises(RequestError) as caught:
        request_from_json(value)
    assert caught.value.code == "request-malformed"
    assert caught.value.next_step
    assert is_printable(caught.value.message)
    return caught.value.message


def test_a_question_in_json_is_read() -> None:
    assert request_from_json(question()) == AccessRequest(
        "user:ada",
        "weights.read",
        "weights:aurora-2",
        "point:trainer",
        Authentication.HARDWARE,
        "a trial",
    )


def test_an_amount_and_who_is_there_are_read_from_the_context() -> None:
    context = {"via": "point:x", "bytes": 0, "present": ["user:eve", "user:bob"]}

    request = request_from_json(question(context=context))

    assert (request.amount, request.present) == (0, ("user:bob", "user:eve"))
    assert request.ignored == ()


def test_what_is_not_said_is_not_known_and_nobody_is_there() -> None:
    request = request_from_json(question())

    assert (request.amount, request.present) == (None, ())


@pytest.mark.parametrize(
    "amount", [-1, 2**53, 1.0, "7", True, None, [7], {"bytes": 7}, float("nan")]
)
def test_what_is_no_amount_is_refused(amount: object) -> None:
    context = {"via": "point:x", "bytes": amount}

    assert "bytes" in refused(question(context=context))


@pytest.mark.parametrize(
    "present",
    [
        "user:bob",
        None,
        {"user:bob": 1},
        [7],
        [None],
        ["bob"],
        ["user:Bob"],
        [["user:bob"]],
        [f"user:n{number}" for number in range(33)],
    ],
)
def test_what_names_nobody_is_refused(present: object) -> None:
    refused(question(context={"via": "point:x", "present": present}))


def test_somebody_named_twice_is_there_once() -> None:
    request = request_from_words(**WORDS, present=["user:bob", "user:bob"])

    assert request.present == ("user:bob",)


GRANT = "req-" + "a2" * 10
FIRST = "dec-" + "0z" * 10


def test_grant_binds_and_what_the_caller_handles_are_read_from_the_context() -> None:
    said = {"grant": GRANT, "binds": "0f" * 32, "handles": ["watermark", "notify"] * 2}

    request = request_from_json(question(context={"via": "point:x", **said}))

    assert (request.grant, request.binds) == (GRANT, "0f" * 32)
    assert request.handles == ("notify", "watermark")
    assert request.ignored == ()


def test_the_point_says_what_a_stream_continues_and_no_request_does() -> None:
    context = {"via": "point:x", "continues": FIRST}

    said = request_from_json(question(context=context, continues=FIRST))

    assert request_from_words(**WORDS, continues=FIRST).continues == FIRST
    assert said.continues == ""
    assert said.ignored == ("context.continues", "continues")


def test_a_program_says_what_it_reaches_for_and_no_request_does() -> None:
    reach = {"container": BOX, "start": 0, "stop": 5}
    context = {"via": "point:x", "reach": reach}

    said = request_from_json(question(context=context, reach=reach))

    assert request_from_words(**WORDS, reach=Reach(BOX, 0, 5)).reach == Reach(BOX, 0, 5)
    assert request_from_words(**WORDS).reach is None
    assert said.reach is None
    assert said.ignored == ("context.reach", "reach")


@pytest.mark.parametrize(
    "reach", [{"container": BOX, "start": 0, "stop": 5}, (BOX, 0, 5), BOX, "", 0, False]
)
def test_what_no_program_has_made_is_no_reach(reach: object) -> None:
    words: dict[str, Any] = {**WORDS, "reach": reach}

    with pytest.raises(RequestError, match="`reach` is made by the program") as caught:
        request_from_words(**words)

    assert caught.value.code == "request-malformed"


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("grant", "req-1", "`grant` is the id of a request"),
        ("grant", GRANT.upper(), "`grant` is the id of a request"),
        ("grant", GRANT + "\n", "`grant` is the id of a request"),
        ("grant", None, "`grant` is text"),
        ("binds", "0F" * 32, "`binds` is 64 lower-case hex digits"),
        ("binds", 5, "`binds` is text"),
        ("continues", "dec-1", "`continues` is the id of a decision"),
        ("continues", FIRST.upper(), "`continues` is the id of a decision"),
        ("continues", FIRST + "\n", "`continues` is the id of a decision"),
        ("continues", GRANT, "`continues` is the id of a decision"),
        ("continues", None, "`continues` is text"),
        ("handles", "watermark", "`handles` is a list of at most 16 obligations"),
        ("handles", ["notify"] * 17, "`handles` is a list of at most 16 obligations"),
        ("handles", [5], "`handles` is text"),
        ("handles", ["encrypt"], "an obligation is one of byte-budget, four-eyes"),
    ],
)
def test_a_word_about_a_grant_has_its_form(
    word: str, value: object, message: str
) -> None:
    words: dict[str, Any] = {**WORDS, word: value}

    with pytest.raises(RequestError) as caught:
        request_from_words(**words)

    assert caught.value.code == "request-malformed"
    assert message in caught.value.message


@pytest.mark.parametrize("handles", [None, "watermark", {"watermark": True}])
def test_what_a_request_handles_is_a_list(handles: object) -> None:
    context = {"via": "point:x", "handles": handles}

    assert "`context.handles` is a list" in refused(question(context=context))


def test_the_largest_amount_is_read() -> None:
    assert request_from_words(**WORDS, amount=2**53 - 1).amount == 2**53 - 1


def test_the_context_is_optional_when_the_point_is_known() -> None:
    value = question()
    del value["context"]

    request = request_from_json(value, "point:desk")

    assert (request.point, request.authentication) == (
        "point:desk",
        Authentication.NONE,
    )


def test_the_point_of_the_context_counts_before_the_default() -> None:
    assert request_from_json(question(), "point:desk").point == "point:trainer"


@pytest.mark.parametrize(
    "resource",
    [
        {"type": "weights", "id": "aurora-2"},
        {"type": "weights", "id": "weights:aurora-2"},
        {"type": "model-weights", "id": "aurora-2"},
        {"type": "model-weights", "id": "weights:aurora-2"},
    ],
)
def test_an_id_comes_with_or_without_its_prefix(resource: dict[str, str]) -> None:
    request = request_from_json(question(resource=resource))

    assert request.resource == "weights:aurora-2"


@pytest.mark.parametrize(("prefix", "kind"), ASSET_KINDS.items())
def test_each_kind_is_known_by_its_full_name(prefix: str, kind: str) -> None:
    resource = {"type": kind, "id": "x"}

    request = request_from_json(question(resource=resource))

    assert request.resource == f"{prefix}:x"


def test_what_the_registry_owns_is_ignored_and_named() -> None:
    value = question(
        subject={
            "type": "user",
            "id": "ada",
            "level": "SL5",
            "properties": {"role": "ciso", "level": "SL5"},
        },
        action={"name": "weights.read", "properties": {"soft": True}},
        resource={"type": "weights", "id": "aurora-2", "properties": ["tier"]},
        context={"via": "point:trainer", "site": "site:hub", "ip": "127.0.0.1"},
        options={"evaluations_semantic": "execute_all"},
    )

    request = request_from_json(value)

    assert request.ignored == (
        "action.soft",
        "context.ip",
        "context.site",
        "options",
        "resource.properties",
        "subject.level",
        "subject.role",
    )
    assert request.subject == "user:ada"


def test_names_that_are_ignored_are_few_short_and_printable() -> None:
    context = {"via": "point:trainer", "\x1b[31m\n": 1}
    context.update({f"{number:03}" + "x" * 1000: 1 for number in range(100)})

    ignored = request_from_json(question(context=context)).ignored

    assert len(ignored) == 50
    assert all(len(name) <= 100 and is_printable(name) for name in ignored)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "JSON object"),
        ([], "JSON object"),
        ("text", "JSON object"),
        ({}, "`action` is an object"),
        (question(context=None), "`context` is a JSON object"),
        (question(context=[]), "`context` is a JSON object"),
        (question(action="weights.read"), "`action` is an object"),
        (question(action={}), "`action.name` is text"),
        (question(action={"name": ["weights.read"]}), "`action.name` is text"),
        (question(action={"name": "read"}), "not an action"),
        (question(action={"name": "weights.read\n"}), "not an action"),
        (question(action={"name": "x." + "y" * 100}), "not an action"),
        (question(subject="user:ada"), "`subject` is an object"),
        (question(subject={"id": "ada"}), "`subject.type` is text"),
        (question(subject={"type": "user"}), "`subject.id` is text"),
        (question(subject={"type": "user", "id": 7}), "`subject.id` is text"),
        (question(subject={"type": {}, "id": "ada"}), "`subject.type` is text"),
        (question(subject={"type": "user", "id": ""}), "not an id"),
        (question(subject={"type": "user", "id": "Ada"}), "not an id"),
        (question(subject={"type": "user", "id": "ada\x00"}), "not an id"),
        (question(subject={"type": "user", "id": "a" * 200}), "not an id"),
        (question(subject={"type": "user", "id": "\x1b[31m"}), "not an id"),
        (question(subject={"type": "robot", "id": "x"}), "unknown prefix"),
        (question(subject={"type": "user", "id": "org:x"}), "another prefix"),
        (question(resource=None), "`resource` is an object"),
        (
            question(resource={"type": "model-weights", "id": "code:x"}),
            "another prefix",
        ),
        (question(context={}), "not an id"),
        (question(context={"via": None}), "`context.via` is text"),
        (question(context={"via": "trainer"}), "not an id"),
        (question(context={"via": "point:x", "authn": 4}), "`context.authn` is text"),
        (question(context={"via": "point:x", "authn": "HARDWARE"}), "not one of"),
        (
            question(context={"via": "point:x", "purpose": {}}),
            "`context.purpose` is text",
        ),
        (question(context={"via": "point:x", "purpose": "x" * 501}), "at most 500"),
        (question(context={"via": "point:x", "purpose": "a\nb"}), "printable"),
        (question(context={"via": "point:x", "purpose": "\ud800"}), "printable"),
        (question(context={"via": "point:x", "purpose": "\u202e"}), "printable"),
    ],
)
def test_a_malformed_question_is_refused(value: object, message: str) -> None:
    assert message in refused(value)


def test_words_make_a_request() -> None:
    request = request_from_words(**WORDS, authn="mfa", purpose="é")

    assert request.authentication is Authentication.MFA
    assert request.purpose == "é"


@pytest.mark.parametrize("name", ["subject", "action", "resource", "point"])
@pytest.mark.parametrize("word", [None, 7, b"user:ada", "", "user:ada\n", "\ud800"])
def test_a_word_of_another_form_is_refused(name: str, word: object) -> None:
    with pytest.raises(RequestError) as caught:
        request_from_words(**{**WORDS, name: word})

    assert caught.value.code == "request-malformed"


@pytest.mark.parametrize("name", ["authn", "purpose"])
def test_a_further_word_that_is_no_text_is_refused(name: str) -> None:
    words: dict[str, Any] = {**WORDS, name: None}

    with pytest.raises(RequestError, match=f"`{name}` is text"):
        request_from_words(**words)


@pytest.mark.parametrize(
    "handles", ["watermark", ["watermark"] * 17, [["watermark"]], [7], ["unheard-of"]]
)
def test_what_is_no_list_of_obligations_is_refused(handles: Any) -> None:  # noqa: ANN401 - of any type
    with pytest.raises(RequestError) as caught:
        request_from_words(**WORDS, handles=handles)

    assert caught.value.code == "request-malformed"


def test_each_obligation_that_is_handled_stands_once_and_in_order() -> None:
    handles = ["watermark", "notify", "watermark"]

    assert request_from_words(**WORDS, handles=handles).handles == (
        "notify",
        "watermark",
    )
