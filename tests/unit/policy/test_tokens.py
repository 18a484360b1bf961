import pytest

from ringwall.base.errors import Fault, PolicyError
from ringwall.policy.text_file import PlacedText
from ringwall.policy.tokens import matcher_refused, tokenize


def _words(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(PlacedText(text), "m")]


def test_tokens_of_every_kind() -> None:
    assert _words("!r.a.b && (p.c == 'x y') || f(p.d, \"z\")") == [
        ("operator", "!"),
        ("name", "r.a.b"),
        ("operator", "&&"),
        ("operator", "("),
        ("name", "p.c"),
        ("operator", "=="),
        ("literal", "x y"),
        ("operator", ")"),
        ("operator", "||"),
        ("name", "f"),
        ("operator", "("),
        ("name", "p.d"),
        ("operator", ","),
        ("literal", "z"),
        ("operator", ")"),
        ("end", ""),
    ]


def test_literal_is_left_as_it_is() -> None:
    assert _words("'a/b:c@d.e+f-*'")[0] == ("literal", "a/b:c@d.e+f-*")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("r.a > p.b", "matcher-syntax"),
        ("r.a & p.b", "matcher-syntax"),
        ("r.a == 'x", "matcher-syntax"),
        ("r" + ".a" * 50, "matcher-syntax"),
        ("r.a == 5", "matcher-syntax"),
        ("r.a\u00a0== p.b", "matcher-syntax"),
        ("''", "literal-malformed"),
        ("'a!b'", "literal-malformed"),
        ("'a && b'", "literal-malformed"),
        ("'é'", "literal-malformed"),
        ("'r.x'", "literal-rewritten"),
        ("'a p2.x'", "literal-rewritten"),
        ("r.a&& p.b", "operator-unspaced"),
        ("r.a &&p.b", "operator-unspaced"),
        ("r.a ||", "operator-unspaced"),
        ("|| r.a", "operator-unspaced"),
        ("!" * (16 * 1024 + 1), "matcher-too-long"),
    ],
)
def test_what_stock_casbin_would_read_otherwise_is_refused(
    text: str, code: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        tokenize(PlacedText(text), "m")

    assert [fault.code for fault in caught.value.faults] == [code]


def test_word_that_only_ends_in_r_is_a_literal() -> None:
    assert _words("'owner.x'")[0] == ("literal", "owner.x")


def test_refusal_carries_its_fault() -> None:
    fault = Fault("m", 1, 2, "matcher-syntax", "it is wrong")

    assert matcher_refused(fault).faults == (fault,)
