"""A difference says all that differs, and nothing where nothing does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.policy.bundle import Bundle
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.concern import Concern
from ringwall.policy.difference.difference import Difference, How, compare_bundles
from ringwall.policy.reader import parse_concern
from tests.property.strategies_policy import (
    SHIPPED,
    Draft,
    concern_of,
    drafts,
    shipped,
)


def _bundle(concern: Concern) -> Bundle:
    return Bundle({concern.name: concern}, concern.digest)


def _fields(concern: Concern) -> dict[str, dict[str, str]]:
    names = [column.name for column in concern.schema.columns[1:]]
    return {
        rule.id: dict(zip(names, rule.text[1:], strict=True)) for rule in concern.rules
    }


def _applied(rows: dict[str, dict[str, str]], found: Difference) -> object:
    """Return rows with the changes of a difference made to them."""
    for row in found.rows:
        if row.how is How.REMOVED:
            del rows[row.rule]
            continue
        fields = rows.setdefault(row.rule, {})
        assert (row.how is How.ADDED) == (not fields)
        for field in row.fields:
            assert fields.get(field.column, "") == field.old
            fields[field.column] = field.new
            if not field.new:  # the new model has no such column
                del fields[field.column]
    return rows


@given(drafts())
def test_nothing_differs_from_itself(draft: Draft) -> None:
    concern = concern_of(draft)

    assert not compare_bundles(_bundle(concern), _bundle(concern_of(draft)))


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_concern_differs_from_itself(name: str) -> None:
    bundle = _bundle(shipped(name))
    renewed = {
        name: replace(concern, digest="0") for name, concern in bundle.concerns.items()
    }

    assert not compare_bundles(bundle, Bundle(renewed, "0"))


@given(drafts(), drafts(), st.data())
def test_the_rows_that_differ_make_the_new_rows_of_the_old(
    draft: Draft, other: Draft, data: st.DataObject
) -> None:
    # Half of the old rows under the same model, or another concern altogether.
    kept = data.draw(st.permutations(draft.rows))[: (len(draft.rows) + 1) // 2]
    changed = data.draw(st.sampled_from([replace(draft, rows=tuple(kept)), other]))
    old, new = concern_of(draft), concern_of(changed)

    found = compare_bundles(_bundle(old), _bundle(new))

    assert _applied(_fields(old), found) == _fields(new)


@given(st.sampled_from(SHIPPED), st.data())
def test_a_row_that_is_deleted_is_told_of_each_case_that_names_it(
    name: str, data: st.DataObject
) -> None:
    old = shipped(name)
    gone = data.draw(st.sampled_from(old.rules)).id
    rows = old.files["policy.csv"].decode().splitlines(keepends=True)
    left = "".join(row for row in rows if f" {gone}," not in row).encode()
    new = parse_concern(name, {**old.files, "policy.csv": left})

    found = compare_bundles(_bundle(old), _bundle(new))

    assert [(row.rule, row.how) for row in found.rows] == [(gone, How.REMOVED)]
    assert [(stale.case, stale.side, stale.name) for stale in found.stale] == [
        (case.id, "new", gone)
        for case in parse_cases(old).cases
        if gone in (case.rules or ())
    ]
