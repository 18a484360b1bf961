"""Each fault of a container has a code, an exit status and a next step."""

from pathlib import Path

from ringwall.vault.container.faults import busy, damaged, unreadable, unwritable

PATH = Path("model.vault")


def test_damage_and_an_unreadable_file_are_faults_of_what_is_stored() -> None:
    error = damaged("container-extended", PATH, "is too long")
    other = unreadable(PATH, OSError(5, "Input/output error"))

    assert (error.code, error.exit_code) == ("container-extended", 6)
    assert error.message == "`model.vault` is too long"
    assert (other.code, other.exit_code) == ("container-unreadable", 6)
    assert other.message == "`model.vault` can't be read: Input/output error"
    assert error.next_step.startswith("throw away what was read of it before")
    assert other.next_step


def test_what_can_t_be_written_and_what_is_being_written_are_no_damage() -> None:
    error = unwritable(PATH, OSError("strange"))
    other = busy(PATH)

    assert (error.code, error.exit_code) == ("container-unwritable", 3)
    assert error.message == "`model.vault` can't be written: strange"
    assert (other.code, other.exit_code) == ("container-busy", 1)
