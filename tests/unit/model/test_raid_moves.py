"""A row of a machine says what it takes, and takes nothing that it doesn't say."""

from ringwall.model.raid_moves import Move


def test_a_row_takes_no_guard_that_it_does_not_name() -> None:
    assert Move("sent", "refuse", "refused").guards == ()
    assert Move("sent", "accept", "accepted", ("signed",)).guards == ("signed",)


def test_a_row_begins_with_where_it_leads_from_and_to() -> None:
    assert Move("", "open", "new")[:3] == ("", "open", "new")
