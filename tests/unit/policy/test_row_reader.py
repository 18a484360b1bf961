import pytest

from ringwall.policy import row_reader
from ringwall.policy.rows import Link
from tests.unit.policy.sample import edited, faults_of, sample

FIRST = "p, row-001, junior, data"


def test_rule_holds_running_values_and_the_text_as_written() -> None:
    rule = sample().rules[1]

    assert rule.id == "row-002"
    assert rule.text[4:7] == ("org:hub", "1e6", "2030-01-01T00:00:00Z")
    assert rule.values[3:6] == (1, "org:hub", 10**6)
    assert rule.values[6] == 1_893_456_000_000_000
    assert (rule.effect, rule.file, rule.line) == ("allow", "base/policy.csv", 5)


def test_open_field_has_no_value() -> None:
    rule = sample().rules[2]

    assert rule.text[2] == "*"
    assert rule.values[2] is None


@pytest.mark.parametrize(
    "first", ["p, row-001,    junior,   data", "p,    row-001, junior, data"]
)
def test_columns_may_be_lined_up_with_spaces(first: str) -> None:
    assert sample((FIRST, first)).rules[0] == sample().rules[0]


def test_links_are_kept_in_file_order() -> None:
    (link,) = sample().links

    assert link == Link("g", "senior", "junior", 2)


def test_every_bad_field_of_every_line_is_found() -> None:
    faults = faults_of(
        edited(
            (FIRST, "p, row-1, jnior, date"),
            ("read, deny", "seek, Deny"),
            ("g, senior, junior", "g, senor, junor"),
        )
    )

    assert [(fault.line, fault.column, fault.code) for fault in faults] == [
        (2, 4, "value-unknown"),
        (2, 11, "value-unknown"),
        (4, 11, "value-unknown"),
        (4, 18, "value-unknown"),
        (4, 4, "rule-id-malformed"),
        (8, 59, "value-unknown"),
        (8, 65, "value-unknown"),
    ]


def test_line_with_two_malformed_fields_has_two_faults() -> None:
    faults = faults_of(edited((FIRST, 'p, row-001, "junior", data,x')))

    assert [fault.code for fault in faults] == ["field-malformed", "field-separator"]


def test_rows_that_are_both_unreadable_are_not_called_the_same() -> None:
    faults = faults_of(edited(("read, allow", "dance, allow")))

    assert {fault.code for fault in faults} == {"value-unknown"}


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_reader, "MAX_ROWS", 2_000)
    many = "".join("g, senior, junior\n" for _ in range(2_001))
    files = edited() | {"policy.csv": many.encode()}

    assert "too-many-rows" in {fault.code for fault in faults_of(files)}


def test_lines_read_one_by_one_and_all_at_once_say_the_same() -> None:
    padded = ("p, row-900", "p,  row-900")

    assert sample(padded).rules == sample().rules
    assert sample(padded).links == sample().links
