"""Answers that take as long whatever there is to be said."""

import pytest

from ringwall.raid.shield.steady import STEP, steady


@pytest.mark.parametrize(
    ("spent", "steps"), [(0.0, 1), (0.004, 1), (0.0499, 1), (0.051, 2), (0.33, 7)]
)
def test_what_is_done_ends_on_a_whole_step(spent: float, steps: int) -> None:
    times = iter((100.0, 100.0 + spent))
    slept: list[float] = []

    with steady(lambda: next(times), slept.append):
        pass

    assert spent + slept[0] == pytest.approx(steps * STEP)


def test_an_error_takes_as_long() -> None:
    times = iter((100.0, 100.01))
    slept: list[float] = []

    with (
        pytest.raises(ValueError, match="no"),
        steady(lambda: next(times), slept.append),
    ):
        raise ValueError("no")

    assert slept == [pytest.approx(STEP - 0.01)]
