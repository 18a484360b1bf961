"""Base64 has one spelling for each string of bytes."""

import pytest

from ringwall.signing.base64text import decode_base64, encode_base64


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\x00", "AA=="),
        (b"\xfb\xff", "+/8="),
        (b"abc", "YWJj"),
        (bytes(60), "A" * 80),
    ],
)
def test_bytes_and_their_text_belong_together(data: bytes, text: str) -> None:
    assert encode_base64(data) == text
    assert decode_base64(text) == data


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AB==", id="unused bits that are not zero"),
        pytest.param("AA", id="no padding"),
        pytest.param("AA=", id="too little padding"),
        pytest.param("AA===", id="too much padding"),
        pytest.param("AA==AA==", id="padding in the middle"),
        pytest.param("YW Jj", id="space"),
        pytest.param("YWJj\n", id="newline"),
        pytest.param("-_8=", id="the alphabet for URLs"),
        pytest.param("YWJ\u0458", id="a letter that only looks Latin"),
        pytest.param("YWJ\udcff", id="a lone surrogate"),
    ],
)
def test_a_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_base64(text)
