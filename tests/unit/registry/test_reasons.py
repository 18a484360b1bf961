"""A reason is one line that can be read."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.registry.reasons import check_reason


@pytest.mark.parametrize("reason", ["x", "end of contract", "a" * 500])
def test_a_reason_may_be_any_line(reason: str) -> None:
    check_reason(reason)


@pytest.mark.parametrize("reason", ["", "   ", "a" * 501, "two\nlines", "\u202eback"])
def test_what_can_not_be_read_is_no_reason(reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_reason(reason)

    assert caught.value.code == "reason-malformed"
