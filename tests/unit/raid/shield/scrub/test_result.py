"""What comes of scrubbing."""

from ringwall.raid.shield.scrub.result import Scrubbed, not_installed, not_scrubbed


def test_a_refusal_says_why_and_what_to_do() -> None:
    error = not_scrubbed("it is signed")

    assert error.code == "metadata-not-removable"
    assert "it is signed" in str(error)
    assert error.next_step
    assert not_scrubbed("it is signed", "ask again").next_step == "ask again"


def test_a_library_that_is_not_there_is_said_by_name() -> None:
    error = not_installed("pillow")

    assert error.code == "scrubber-missing"
    assert "`pillow`" in str(error)


def test_a_working_copy_has_no_name_of_its_own() -> None:
    assert Scrubbed._fields == ("data", "suffix", "removed")
