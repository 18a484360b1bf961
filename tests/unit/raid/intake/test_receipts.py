import re

import pytest

from ringwall.raid.intake.receipts import digest_of, new_receipt


def test_a_code_has_160_random_bits_in_groups() -> None:
    codes = {new_receipt() for _ in range(100)}
    assert len(codes) == 100
    assert all(re.fullmatch(r"([a-z2-7]{4}-){7}[a-z2-7]{4}", code) for code in codes)


def test_a_code_is_known_however_it_is_typed() -> None:
    code = "aobl-2222-3333-4444-5555-6666-7777-abcd"
    whole = digest_of(code)
    assert re.fullmatch(r"[0-9a-f]{64}", whole)
    assert code not in whole
    for typed in (
        code.upper(),
        code.replace("-", " "),
        code.replace("-", ""),
        f"  {code}\n",
        code.replace("-", "\u2013"),
        "a0b1" + code[4:],
    ):
        assert digest_of(typed) == whole


@pytest.mark.parametrize(
    "text", ["", "x", "aobl-2222", "9999-" * 8, "ä" * 32, "a" * 33, "a" * 10_000]
)
def test_what_is_no_code_has_no_digest(text: str) -> None:
    assert digest_of(text) == ""
