"""Words of a report, and phrases that find them."""

import time

import pytest

from ringwall.raid.triage.wording import Wording, parse_wording, read_text

ENGLISH = "The model was asked to do it, and it is said that it was in a test"


def hit(phrase: str, text: str) -> str:
    wording = Wording("w", "auto", frozenset({"shown"}), parse_wording(phrase), "it")
    return read_text(text).hit(wording)


@pytest.mark.parametrize(
    "text",
    [
        "it deceived the evaluators",
        "It  DECEIVES\nits evaluators!",
        "deceiving all of the three evaluators",
        "\uff44eceived evaluator",
        "de\u00adceived the eval\u200buators",
        "deceived-the-evaluator",
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str) -> None:
    assert hit("deceiv* .. evaluator*", text)


@pytest.mark.parametrize(
    "text", ["evaluators deceived", "undeceived evaluators", "deceive", ""]
)
def test_a_phrase_is_not_found_in_parts(text: str) -> None:
    assert hit("deceiv* .. evaluator*", text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "It deceived. The evaluators left.",
        "It deceived! Evaluators left.",
        "Was it deceived? The evaluators left.",
        'It "deceived." The evaluators left.',
        "it deceived\n\nevaluators left",
        "it deceived\n  \nevaluators left",
    ],
)
def test_a_phrase_does_not_go_over_the_end_of_a_sentence(text: str) -> None:
    assert hit("deceiv* .. evaluator*", text) == ""
    assert hit("deceiv* evaluator*", text) == ""
    assert hit("evaluator* left", text) == "evaluators left"


@pytest.mark.parametrize(
    "text",
    [
        "it deceived, e.g. Evaluators",
        "it deceived U.S. Evaluators",
        "it deceived 2.5 evaluators",
        "it deceived some. evaluators",
        "it deceived\nevaluators",
    ],
)
def test_a_stop_that_ends_no_sentence_does_not_hide_a_phrase(text: str) -> None:
    assert hit("deceiv* .. evaluator*", text)


def test_a_hyphen_parts_words_in_phrase_and_text() -> None:
    assert hit("self-replicat*", "a self replicating worm") == "self replicating"
    assert hit("self replicat* | other", "Self-replicating") == "self replicating"


@pytest.mark.parametrize("phrase", ["", " | ", ".. x", "x ..", "a.b", "(a)", "A", "é"])
def test_a_phrase_that_is_none_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_wording(phrase)


def test_only_enough_english_is_silent() -> None:
    assert read_text(ENGLISH).is_readable
    assert read_text(ENGLISH, "en-GB").is_readable
    assert not read_text(ENGLISH, "fr").is_readable
    assert not read_text("the model did it").is_readable
    foreign = (
        "ein programm hat sich selbst auf einen anderen rechner kopiert und es war so"
    )
    assert not read_text(foreign).is_readable


def test_a_long_text_made_for_it_does_not_make_the_search_slow() -> None:
    text = "deceive " * 2_500
    start = time.process_time()

    assert hit("deceiv* .. evaluator* | deceiv* .. tester*", text) == ""
    assert time.process_time() - start < 2
