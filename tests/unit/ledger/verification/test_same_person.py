"""One person may have several tokens; who was erased may be anybody."""

import pytest

from ringwall.ledger.verification.same_person import SamePerson
from tests.unit.ledger.verification.vault_log import cursor_of, disclosure

GONE = "user:~" + "A" * 43


ADA, ADA_AGAIN, EVE = (
    disclosure(person, salt)
    for salt, person in enumerate(("user:ada", "user:ada", "user:eve"))
)
FORGED = EVE._replace(token=GONE, owner=GONE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("service:nightly", "service:nightly", True),
        ("service:nightly", "service:daily", False),
        ("service:nightly", ADA.token, False),
        (ADA.token, ADA.token, True),
        (ADA.token, ADA_AGAIN.token, True),
        (ADA.token, EVE.token, False),
        (ADA.token, None, False),
        (ADA.token, GONE, True),
        (GONE, ADA.token, True),
    ],
)
def test_two_are_the_same_if_they_may_be(one: str, other: object, same: bool) -> None:
    is_same = SamePerson(cursor_of(disclosures=[ADA, ADA_AGAIN, EVE]))

    assert is_same(one, other) is same


def test_a_row_that_its_token_does_not_commit_to_says_nothing() -> None:
    is_same = SamePerson(cursor_of(disclosures=[ADA, FORGED]))

    assert is_same(ADA.token, GONE)
