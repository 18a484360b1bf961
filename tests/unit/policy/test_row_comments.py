"""The comment above a run of rows is what its rows are about."""

import pytest

from ringwall.policy.row_comments import RowComments, comments_of
from tests.unit.policy.sample import edited, faults_of, sample

TEXT = """\
# rule, role, effect

# Guests never write.
#
# Source: OWN.
p, row-001, guest, deny
p, row-002, visitor, deny
# Staff may.
p, row-003, staff, allow

p, row-004, staff, allow
g, senior, junior
p, row-005, staff, allow

# of nothing

## Twice marked
p, row-006, staff, allow
"""


def _about(rule: str) -> str:
    lines = TEXT.splitlines()
    line = next(at for at, text in enumerate(lines, 1) if f" {rule}," in text)
    return RowComments(TEXT).above(line)


@pytest.mark.parametrize("rule", ["row-001", "row-002"])
def test_each_row_of_a_run_is_about_the_block_above_it(rule: str) -> None:
    assert _about(rule) == "Guests never write. Source: OWN."


def test_rows_of_a_run_share_one_text() -> None:
    comments = RowComments(TEXT)

    assert comments.above(6) is comments.above(7)


def test_a_comment_between_rows_starts_another_run() -> None:
    assert _about("row-003") == "Staff may."


@pytest.mark.parametrize("rule", ["row-004", "row-005"])
def test_a_row_below_a_blank_line_has_no_comment_of_others(rule: str) -> None:
    assert _about(rule) == ""


def test_a_comment_above_a_blank_line_is_about_no_row() -> None:
    assert _about("row-006") == "Twice marked"


def test_a_file_without_comments_says_nothing() -> None:
    assert RowComments("p, row-001, guest, deny\n").above(1) == ""


def test_a_long_block_of_comments_is_read_in_one_go() -> None:
    lines = 100_000
    comments = RowComments("# why\n" * lines + "p, row-001, guest, deny\n")

    assert comments.above(lines) == ""
    assert comments.above(lines + 1) == " ".join(["why"] * lines)


def test_a_concern_is_read_by_its_comments_and_its_digest_and_rows_stay() -> None:
    plain = sample()
    told = sample(("p, row-900", "# Guests never read models.\np, row-900"))
    (rule,) = (rule for rule in told.rules if rule.id == "row-900")

    assert comments_of(told).above(rule.line) == "Guests never read models."
    assert [rule.values for rule in told.rules] == [rule.values for rule in plain.rules]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202e", "\u2066", "\u200b", "\x9b"])
def test_a_comment_that_a_terminal_would_act_on_is_refused(hostile: str) -> None:
    files = edited(("p, row-900", f"# wr{hostile}ong\np, row-900"))

    (fault,) = faults_of(files)
    assert fault.code == "control-character"
