import pytest

from ringwall.raid.intake.importing.markup import without_markup


@pytest.mark.parametrize(
    ("text", "plain", "urls"),
    [
        ("no marks", "no marks", []),
        ("see [this](https://a.example/x).", "see this.", ["https://a.example/x"]),
        (
            "[Ray](https://e.org/Ray_(software)) ran",
            "Ray ran",
            ["https://e.org/Ray_(software)"],
        ),
        ("[](https://a.example)", "https://a.example", ["https://a.example"]),
        ("![shot](https://a.example/i.png)", "shot", ["https://a.example/i.png"]),
        ("<https://a.example/y>", "https://a.example/y", ["https://a.example/y"]),
        ("## Head\n\n\n\n**strong** and `code`<br>", "Head\n\nstrong and code", []),
        ("1 < 2 and a_b_c stay", "1 < 2 and a_b_c stay", []),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))", []),
    ],
)
def test_words_stay_and_marks_go(text: str, plain: str, urls: list[str]) -> None:
    assert without_markup(text) == (plain, urls)


def test_hostile_markup_takes_no_time() -> None:
    text = "[" * 50_000 + "](" + "**" * 20_000 + "`" * 50_000 + "<a " * 20_000
    assert without_markup(text)[1] == []
