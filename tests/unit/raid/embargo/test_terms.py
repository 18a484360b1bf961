"""The terms of an embargo."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.embargo.ends import End, parse_end
from ringwall.raid.embargo.terms import CAUSES, Terms, checked_terms, terms_text

CASE = "case:c-mfzwizltmr"
END = parse_end("2026-12-04 12:00 Europe/Berlin")
EARLIER = parse_end("2026-11-27 12:00 UTC")


def made(
    purpose: str = "time to mend",
    defenders: Iterable[str] = (),
    may: Iterable[str] = (),
    reviews: Iterable[End] = (),
) -> Terms:
    return checked_terms(
        CASE, purpose, END, {"defenders": defenders, "may": may}, reviews
    )


def test_all_that_is_agreed_to_is_in_the_digest() -> None:
    terms = [
        made(),
        made("another aim"),
        made(defenders=["csirt:one"]),
        made(may=["lab:example=test"]),
        made(reviews=[EARLIER]),
        Terms(CASE, "time to mend", EARLIER),
        Terms("case:c-aaaaaaaaaa", "time to mend", END),
    ]
    assert len({one.digest for one in terms}) == len(terms)
    assert made(may=["b=x", "a=y"]).digest == made(may=["a=y", "b=x"]).digest
    assert made().document()["ends_on"] == list(CAUSES)
    assert json.loads(terms_text(made().document())) == made().document()


@pytest.mark.parametrize(
    "terms",
    [
        {"purpose": " "},
        {"reviews": [END]},
        {"may": ["lab:example"]},
        {"may": ["lab=a", "lab=b"]},
        {"defenders": [" "]},
        {"defenders": [f"csirt:{n}" for n in range(51)]},
    ],
)
def test_terms_that_say_nothing_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as caught:
        made(**terms)
    assert caught.value.code == "terms-malformed"
