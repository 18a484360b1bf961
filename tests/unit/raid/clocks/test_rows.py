"""Rows of the clock tables that say what they may not."""

import pytest

from ringwall.raid.clocks.rows import RULE_COLUMNS, STAGE_COLUMNS, rule_of, stage_of
from ringwall.raid.sheet import Line

RULE = dict(
    zip(
        RULE_COLUMNS,
        (
            *("TEST1", "Law", "Art. 1", "an incident", "others", "no", "provider"),
            *("authority", "union", "1182", "deadline", "yes", "2026-01-01", ""),
            *("in-force", "", "text", "Law Art. 1", "2026-11-21", "1", "Report."),
        ),
        strict=True,
    )
)
STAGE = dict(
    zip(
        STAGE_COLUMNS,
        ("TEST1", "initial", "aware", "PT72H", "", "", "", "", "", "no"),
        strict=True,
    )
)


def refused(**changes: str) -> str:
    stages = (stage_of(Line(2, STAGE)),)
    with pytest.raises(ValueError, match=r"\S") as caught:
        rule_of(Line(2, {**RULE, **changes}), stages, {"union"})
    return str(caught.value)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("id", "test 1", "is no id of a rule"),
        ("article", "", "`article` is empty"),
        ("statement", "", "`statement` is empty"),
        ("at", "moon", "is no sort of place"),
        ("owed", "nobody", "`owed` is none of others, host, self"),
        ("host", "perhaps", "`host` is none of no, yes"),
        ("calendar", "julian", "`calendar` is none of clock, 1182, dora"),
        ("sort", "rumour", "`sort` is none of deadline, duty, standing"),
        ("sort", "duty", "`duty` does not go with its limits"),
        ("sort", "standing", "it has no stages"),
        ("status", "gone", "`status` is none of"),
        ("status", "proposed", "applies from no day"),
        ("status", "disputed", "`disputed_from` goes with"),
        ("disputed_from", "2027-01-01", "`disputed_from` goes with"),
        ("applies_from", "", "`applies_from` is empty"),
        ("applies_from", "soon", "`applies_from` is no date"),
        ("applies_to", "2025-01-01", "lies before"),
        ("confidence", "sure", "`confidence` is none of"),
        ("version", "0", "no number from 1 on"),
    ],
)
def test_a_rule_with_a_wrong_cell_is_refused(
    column: str, value: str, told: str
) -> None:
    assert told in refused(**{column: value})


def test_a_deadline_without_a_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="no stage"):
        rule_of(Line(2, RULE), (), {"union"})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stage": "First!"}, "no name of a stage"),
        ({"start": "noticed"}, "no event that a clock starts from"),
        ({"limit": "72h"}, "no period such as"),
        ({"second": "maybe"}, "`second` is none of binding, disputed"),
        ({"second_start": "aware"}, "whether the second limit binds"),
        ({"second_limit": "PT4H"}, "whether the second limit binds"),
        ({"second": "binding", "second_start": "aware"}, "no period such as"),
        (
            {
                "second": "binding",
                "second_start": "classified",
                "second_limit": "PT4H",
                "limit": "",
            },
            "beside none",
        ),
        ({"start": "initial-sent"}, "no stage to follow on"),
        ({"every": "daily"}, "`every` is none of no, yes"),
    ],
)
def test_a_stage_with_a_wrong_cell_is_refused(
    changes: dict[str, str], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        stage_of(Line(2, {**STAGE, **changes}))
