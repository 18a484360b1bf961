import pytest

from ringwall.raid.intake.document import REQUIRED
from ringwall.raid.intake.questions import QUESTIONS, Question, answer_of, fault_of


def test_each_required_answer_has_its_question() -> None:
    assert tuple(question.field for question in QUESTIONS) == REQUIRED
    assert len({question.flag for question in QUESTIONS}) == len(REQUIRED)


@pytest.mark.parametrize(
    ("field", "texts", "answer"),
    [
        ("title", ["  A title "], "A title"),
        ("title", ["unknown"], "unknown"),
        ("narrative", ["One\ntwo"], "One\ntwo"),
        ("kind", [" Incident "], "incident"),
        ("kind", ["Unknown"], "unknown"),
        ("occurred", ["2026-03"], {"from": "2026-03"}),
        (
            "occurred",
            ["2026-03-01 .. 2026-03-04"],
            {"from": "2026-03-01", "until": "2026-03-04"},
        ),
        ("aware", ["2026-03-14T09:30:00Z"], "2026-03-14T09:30:00Z"),
        (
            "systems",
            ["A; B; 1;2", "C"],
            [{"name": "A", "developer": "B", "version": "1;2"}, {"name": "C"}],
        ),
        ("systems", ["unknown"], "unknown"),
        ("states", ["fr, de", "IT"], ["FR", "DE", "IT"]),
        ("states", ["none"], []),
        ("states", ["unknown"], "unknown"),
        ("harms", ["Death,health"], ["death", "health"]),
    ],
)
def test_an_answer_in_words_becomes_data(
    field: str, texts: list[str], answer: object
) -> None:
    assert answer_of(field, texts) == answer


@pytest.mark.parametrize(
    ("field", "answer", "told"),
    [
        ("kind", "rumour", "expected incident, near-miss"),
        ("aware", "yesterday", "not an instant"),
        ("states", ["XX"], "`XX` is not the ISO code"),
        ("title", "", "`title`"),
    ],
)
def test_an_answer_that_does_not_fit_is_told(
    field: str, answer: object, told: str
) -> None:
    assert told in fault_of(field, answer)


@pytest.mark.parametrize("question", QUESTIONS)
def test_unknown_fits_each_question(question: Question) -> None:
    assert fault_of(question.field, answer_of(question.field, ["unknown"])) == ""
