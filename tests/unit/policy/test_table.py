from ringwall.policy.table import policy_table
from tests.unit.policy.sample import sample


def test_headers_say_how_a_column_is_compared() -> None:
    assert policy_table(sample()).headers == (
        "rule",
        "role",
        "kind",
        "level >=",
        "owner",
        "size <=",
        "until <=",
        "action",
        "effect",
    )


def test_rows_are_the_fields_as_written() -> None:
    rows = policy_table(sample()).rows

    assert len(rows) == 5
    assert rows[1][5] == "1e6"


def test_column_of_two_conditions_keeps_a_plain_header() -> None:
    concern = sample(
        (
            "at_least(r.subject.level, p.level)",
            "(at_least(r.subject.level, p.level) || p.role == 'senior')",
        ),
        ("\nlevel = level", "\nsubject.level = level"),
    )

    assert policy_table(concern).headers[3] == "level"
