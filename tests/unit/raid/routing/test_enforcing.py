"""Whether a body enforces in a function."""

from itertools import product

import pytest

from ringwall.raid.routing.enforcing import does_enforce

FLAGS = ("no", "split", "yes", "", "unheard-of")


@pytest.mark.parametrize(("function", "own"), [*product(FLAGS, FLAGS)])
def test_it_is_in_front_of_the_barrier_if_it_supports_and_is_known_to_be_apart(
    function: str, own: str
) -> None:
    supports = (function, own) == ("no", "no")
    is_apart = (function, own) in {("no", "split"), ("split", "no")}
    assert does_enforce(function, own, has_key=True) == (not (supports or is_apart))
    assert does_enforce(function, own, has_key=False) == (not supports)
