"""The package offers three names and loads each from its home on first use."""

import ringwall
from ringwall.gate.denied import AccessDenied
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Decision


def test_each_exported_name_is_the_one_of_its_home() -> None:
    assert ringwall.AccessDenied is AccessDenied
    assert ringwall.Decision is Decision
    assert ringwall.Gatekeeper is Gatekeeper


def test_the_listing_is_what_is_exported() -> None:
    assert dir(ringwall) == ringwall.__all__


def test_an_unknown_name_is_refused_like_any_other() -> None:
    assert not hasattr(ringwall, "nothing_of_the_kind")
