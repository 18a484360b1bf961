from dataclasses import replace
from typing import Any

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.cases import case_file
from ringwall.policy.cases.case_file import Cases, read_cases
from tests.unit.policy.sample import sample

CONCERN = sample()

GOOD = """
now: 2027-01-01T00:00:00Z
named:
  subject:
    sue: {roles: [senior], labels: [], suspended: false,
      level: {value: L2, until: 2027-01-01T00:00:01Z}}
    old: {roles: [senior], labels: [], suspended: false,
      level: {value: L2, until: 2027-01-01T00:00:00Z}}
  asset:
    data: {kind: data, owner: org:hub, born: 2027-01-01T00:00:00Z, labels: [],
      size: {value: 7, until: 2026-01-01T00:00:00Z}}
cases:
  - id: first
    ask: {subject: sue, asset: data, action: write}
    expect: permit
    rules: [row-002]
  - ask: {subject: old, asset: data, action: write}
    expect: deny
    rules: []
    why: [level-too-low]
"""


def _read(text: str) -> Cases:
    return read_cases(CONCERN, "c.yaml", text.encode())


def _faults(*edits: tuple[str, str]) -> list[str]:
    text = GOOD
    for find, put in edits:
        assert find in text
        text = text.replace(find, put)
    with pytest.raises(PolicyError) as caught:
        _read(text)
    assert caught.value.code == "policy-refused"
    return [fault.code for fault in caught.value.faults]


def test_cases_are_read_in_order() -> None:
    first, second = _read(GOOD).cases

    assert (first.id, first.line, first.permit) == ("first", 13, True)
    assert (first.rules, first.why) == (("row-002",), None)
    assert (second.id, second.permit) == ("case-2", False)
    assert (second.rules, second.why) == ((), ("level-too-low",))


def test_evidence_counts_until_its_instant_and_as_the_lowest_from_then_on() -> None:
    first, second = (case.request for case in _read(GOOD).cases)
    sue: Any = first
    old: Any = second

    assert sue.subject.level == 2
    assert old.subject.level == 0
    assert sue.asset.size == 0


@pytest.mark.parametrize(
    ("find", "put", "code"),
    [
        ("now: 2027-01-01T00:00:00Z", "now: tomorrow", "case-malformed"),
        ("now: 2027-01-01T00:00:00Z", "then: 2027-01-01T00:00:00Z", "case-malformed"),
        ("expect: deny", "expect: maybe", "case-malformed"),
        ("expect: deny", "expects: deny", "case-malformed"),
        ("rules: [row-002]", "rules: row-002", "case-malformed"),
        ("rules: [row-002]", "rules: [1]", "case-malformed"),
        ("rules: [row-002]", "rules: [row-777]", "rule-unknown"),
        ("why: [level-too-low]", "why: [level-too-high]", "rule-unknown"),
        ("id: first", "id: case-2", "case-duplicate"),
        ("subject: old", "subject: sam", "name-unknown"),
        ("subject: old", "subject: sue", "name-unused"),
        (
            "action: write}\n    expect: permit",
            "action: dance}\n    expect: permit",
            "request-incomplete",
        ),
        (
            "action: write}\n    expect: permit",
            "action: }\n    expect: permit",
            "request-incomplete",
        ),
        (
            "action: write}\n    expect: permit",
            "colour: red}\n    expect: permit",
            "case-malformed",
        ),
        ("kind: data, ", "", "request-incomplete"),
        ("kind: data, ", "kind: date, ", "request-incomplete"),
        ("kind: data, ", "kind: data, colour: red, ", "case-malformed"),
        ("  asset:\n", "  action:\n", "case-malformed"),
        ("until: 2026-01-01T00:00:00Z", "until: yesterday", "case-malformed"),
        (
            "until: 2026-01-01T00:00:00Z",
            "since: 2026-01-01T00:00:00Z",
            "case-malformed",
        ),
        (
            "labels: [], suspended",
            "labels: {value: [], until: 2026-01-01T00:00:00Z}, suspended",
            "case-malformed",
        ),
        ("id: first", "id: first\n    id: again", "yaml-duplicate-key"),
        ("id: first", "id: &x first", "yaml-alias"),
    ],
)
def test_fault_in_the_cases_is_refused(find: str, put: str, code: str) -> None:
    assert code in _faults((find, put))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "now: 2027-01-01T00:00:00Z\ncases: {}",
        "now: 2027-01-01T00:00:00Z\ncases: [x]",
        "now: 2027-01-01T00:00:00Z\ncases: []\nnamed: x",
        "now: 2027-01-01T00:00:00Z\ncases: []\nnamed: {asset: x}",
        "now: 2027-01-01T00:00:00Z\ncases: []\nnamed: {asset: {a: x}}",
        "now: 2027-01-01T00:00:00Z\ncases: [{ask: x, expect: deny}]",
    ],
)
def test_cases_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        _read(text)

    assert "case-malformed" in {fault.code for fault in caught.value.faults}


def test_all_faults_are_found_at_once_and_say_where() -> None:
    text = GOOD.replace("row-002", "row-777").replace("expect: deny", "expect: no")

    with pytest.raises(PolicyError) as caught:
        _read(text)

    assert [(fault.line, fault.code) for fault in caught.value.faults] == [
        (13, "rule-unknown"),
        (17, "case-malformed"),
        (7, "name-unused"),
    ]


def test_names_that_went_stale_are_allowed_on_request_and_other_faults_are_not() -> (
    None
):
    stale = GOOD.replace("row-002", "row-777").replace("too-low", "too-high")
    first, second = read_cases(
        CONCERN, "c.yaml", stale.encode(), allow_stale=True
    ).cases

    assert (first.rules, second.why) == (("row-777",), ("level-too-high",))
    broken = stale.replace("expect: deny", "expect: no").encode()
    with pytest.raises(PolicyError) as caught:
        read_cases(CONCERN, "c.yaml", broken, allow_stale=True)
    assert [fault.code for fault in caught.value.faults] == [
        "case-malformed",
        "name-unused",
    ]


def test_file_without_names_may_ask_plain_values_only() -> None:
    assert _read("now: 2027-01-01T00:00:00Z\ncases: []").cases == ()


def test_the_same_cases_are_read_once_and_stand_in_the_file_that_is_asked_for() -> None:
    text = GOOD.encode()
    one = read_cases(CONCERN, "here.yaml", text)
    other = read_cases(replace(CONCERN), "there.yaml", bytes(text))

    assert (one.file, other.file) == ("here.yaml", "there.yaml")
    assert other.cases is one.cases


def test_cases_are_read_anew_where_the_concern_asks_about_something_else() -> None:
    known = read_cases(CONCERN, "c.yaml", GOOD.encode())
    objects = (*CONCERN.schema.objects, "more")
    schema = replace(CONCERN.schema, objects=objects)

    with pytest.raises(PolicyError) as refused:
        read_cases(replace(CONCERN, schema=schema), "c.yaml", GOOD.encode())

    assert known.cases
    assert {fault.code for fault in refused.value.faults} == {"request-incomplete"}


def test_what_cases_may_name_is_looked_up_though_they_were_read_before() -> None:
    assert read_cases(CONCERN, "c.yaml", GOOD.encode()).cases
    without = replace(CONCERN, rules=())

    with pytest.raises(PolicyError) as refused:
        read_cases(without, "c.yaml", GOOD.encode())

    assert {fault.code for fault in refused.value.faults} == {"rule-unknown"}
    assert read_cases(without, "c.yaml", GOOD.encode(), allow_stale=True).cases


def test_a_refusal_of_cases_names_the_file_each_time() -> None:
    for file in ("here.yaml", "there.yaml", "here.yaml"):
        with pytest.raises(PolicyError) as refused:
            read_cases(CONCERN, file, b"cases: []\n")

        assert {fault.file for fault in refused.value.faults} == {file}


def test_a_large_file_of_cases_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = GOOD.encode()
    monkeypatch.setattr(case_file, "REMEMBERED_BYTES", len(text) - 1)
    one, other = (read_cases(CONCERN, "c.yaml", text) for _ in range(2))

    assert [case.id for case in one.cases] == [case.id for case in other.cases]
    assert one.cases is not other.cases
