"""What is not in force is refused, with both ways out of it."""

from ringwall.base.errors import PolicyError
from ringwall.pip.at_hand import MEND, not_in_force


def test_the_refusal_names_what_puts_it_right() -> None:
    refused = not_in_force()

    assert isinstance(refused, PolicyError)
    assert (refused.code, refused.exit_code) == ("policy-not-activated", 3)
    assert refused.next_step == MEND
    for verb in ("propose", "activate", "restore"):
        assert f"`ringwall policy {verb}`" in MEND
