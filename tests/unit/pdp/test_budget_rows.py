"""Each row of the budgets bounds something that somebody counts."""

from dataclasses import replace

import pytest

from ringwall.base.errors import PolicyError
from ringwall.model.facts import WINDOWS
from ringwall.pdp.budget_rows import ACCOUNTS, BudgetRow, budget_rows
from ringwall.policy.bundle import parse_bundle
from ringwall.policy.concern import Concern
from tests.unit.pdp.scene import files_of, shipped, small

SHARE_REASON = (
    "share = share-exceeded, a larger part of the asset would have left than the "
    "rule lets out\n"
)


def files(*rows: str, changes: tuple[tuple[str, str], ...] = ()) -> dict[str, bytes]:
    """Return the shipped budgets with further rows, and another model."""
    found = files_of("budget")
    model = found["model.conf"].decode()
    for old, new in changes:
        assert old in model
        model = model.replace(old, new)
    table = found["policy.csv"].decode() + "".join(f"{row}\n" for row in rows)
    return {"model.conf": model.encode(), "policy.csv": table.encode()}


def concern(*rows: str) -> Concern:
    return parse_bundle({"budget": files(*rows)}).concerns["budget"]


def row(*, account: str = "person", limits: str = "5, *", effect: str = "allow") -> str:
    scope = "weights.read, *, upper, bounded"
    return f"p, bud-990, {scope}, {account}, hour, {limits}, {effect}"


def refusal(found: dict[str, bytes]) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        budget_rows(parse_bundle({"budget": found}).concerns["budget"])
    with pytest.raises(PolicyError) as by_the_whole:
        small(budget=found)
    assert by_the_whole.value.code == caught.value.code
    assert caught.value.next_step
    return caught.value


def test_the_shipped_rows_are_read_as_people_read_them() -> None:
    rows = budget_rows(shipped().concerns["budget"].concern)
    person, asset, fleet = rows["bud-001"], rows["bud-020"], rows["bud-100"]

    assert list(rows) == [r.id for r in shipped().concerns["budget"].concern.rules]
    assert isinstance(person, BudgetRow)
    assert (person.account, person.window) == ("person", "hour")
    assert (person.bytes, person.share) == (4_000_000, None)
    assert person.told == "by this person in an hour"
    assert (asset.bytes, asset.share) == (None, 2500)
    assert asset.told == "of this asset, by everybody in thirty days"
    assert (fleet.account, fleet.window, fleet.bytes) == ("fleet", "month", 5 * 10**10)


def test_every_account_and_every_window_can_be_told() -> None:
    (made,) = [
        made
        for made in budget_rows(concern(row())).values()
        if made.rule.id == "bud-990"
    ]
    told = {
        replace(made, account=account, window=window).told
        for account in ACCOUNTS
        for window in WINDOWS
    }

    assert set(ACCOUNTS) == {"point", "person", "asset", "fleet"}
    assert set(WINDOWS) == {"hour", "month", "year"}
    assert len(told) == 12


@pytest.mark.parametrize(
    "added",
    [
        row(),
        row(account="point"),
        row(account="asset", limits="5, 7"),
        row(account="asset", limits="*, 7"),
        row(account="fleet", limits="0, *"),
    ],
)
def test_a_row_that_bounds_something_is_taken(added: str) -> None:
    assert "bud-990" in budget_rows(concern(added))


@pytest.mark.parametrize(
    ("added", "code"),
    [
        (row(limits="*, *"), "budget-empty"),
        (row(account="asset", limits="*, *"), "budget-empty"),
        (row(limits="5, 7"), "share-misplaced"),
        (row(account="fleet", limits="*, 7"), "share-misplaced"),
        (row(account="point", limits="*, 7"), "share-misplaced"),
        (row(effect="deny"), "budget-lifted"),
    ],
)
def test_a_row_that_bounds_nothing_is_refused_by_its_line(
    added: str, code: str
) -> None:
    error = refusal(files(added))
    (fault,) = error.faults
    lines = files(added)["policy.csv"].decode().splitlines()

    assert error.code == "budget-unclear"
    assert fault.code == code
    assert lines[fault.line - 1] == added
    assert fault.file == "budget/policy.csv"


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (("asset, fleet", "asset, fleet, team"), "account-unknown", "team"),
        (("window = hour,", "window = day, hour,"), "window-unknown", "day"),
    ],
)
def test_a_word_for_what_nobody_counts_is_refused(
    change: tuple[str, str], code: str, word: str
) -> None:
    error = refusal(files(changes=(change,)))
    (fault,) = error.faults

    assert (error.code, fault.code) == ("budget-unclear", code)
    assert f"`{word}`" in fault.message
    assert fault.file == "budget/model.conf"


def test_a_concern_without_a_column_is_refused() -> None:
    gone = (
        ("bytes, share, eft", "bytes, eft"),
        (' && (p.share == "*" || at_most(r.budget.share, p.share))', ""),
        ("at_most(r.budget.bytes, p.bytes)) \\\n", "at_most(r.budget.bytes, p.bytes))"),
        ("r.budget.share = number\n", ""),
        ("p.share = number, open\n", ""),
        (SHARE_REASON, ""),
    )
    found = files(changes=gone)
    found["policy.csv"] = (
        b"p, bud-001, weights.read, *, upper, *, person, hour, 5, allow\n"
    )

    assert refusal(found).code == "concern-incomplete"


def test_a_limit_that_is_no_number_is_a_mistake_of_the_engine() -> None:
    odd = concern(row())
    (last,) = [rule for rule in odd.rules if rule.id == "bud-990"]
    at = [column.name for column in odd.schema.columns].index("bytes")
    values = tuple("five" if n == at else v for n, v in enumerate(last.values))
    broken = replace(odd, rules=(last._replace(values=values),))

    with pytest.raises(TypeError, match="no number"):
        budget_rows(broken)
