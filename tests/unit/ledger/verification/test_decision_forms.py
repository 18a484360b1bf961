"""Reading decisions in bulk gives what reading them one by one gives, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.projections import project
from ringwall.ledger.verification.decision_forms import DecisionForms
from ringwall.model.events import load_event
from tests.fault.ledger_simulator import amount, decision

WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=6)
REASONS = st.lists(
    st.fixed_dictionaries({"code": WORDS}, optional={"rule": WORDS, "message": WORDS}),
    max_size=3,
)


def slowly(index: int, data: bytes) -> tuple[object, ...] | None:
    """Return the row that the slow and sure way gives, None if it refuses."""
    try:
        [put] = project(index, load_event(data))
    except ValueError:
        return None
    return tuple(put.row.values())


def event(**said: object) -> dict[str, Any]:
    return {**decision("dec-1", "level-insufficient"), **said}


PLAIN = dump_canonical(event(purpose="text:~x", subject="user:~y", rules=["b", "a"]))


def test_a_decision_is_read_with_subject_and_purpose() -> None:
    forms = DecisionForms()

    for _ in range(2):
        read = forms.read(7, PLAIN)
        assert read == (slowly(7, PLAIN), "user:~y", "text:~x", 0)
    other = dump_canonical(event(purpose="p", subject="user:~z", rules=["c", "a"]))
    assert forms.read(8, other) == (slowly(8, other), "user:~z", "p", 0)


@given(st.data())
def test_whatever_is_said_the_row_is_that_of_the_slow_way(data: st.DataObject) -> None:
    forms = DecisionForms()
    for _ in range(4):
        said = event(
            id=data.draw(WORDS),
            basis=data.draw(st.sampled_from([0, 1, 7, 10**14, 10**15, -3, 2**52])),
            reasons=data.draw(REASONS),
            rules=data.draw(st.lists(WORDS, max_size=3)),
        )
        entry = dump_canonical(said)
        read = forms.read(5, entry)

        assert read is None or read[0] == slowly(5, entry)
        is_index = 0 <= said["basis"] < 10**15
        assert read is None or read[3] == (said["basis"] if is_index else None)
        # Those that differ in a key alone have one form; the second is read slowly.
        assert DecisionForms().read(5, entry) is not None or b"\\" in entry


@given(st.integers(0, len(PLAIN) - 1), st.binary(max_size=2), st.integers(0, 2))
def test_what_the_slow_way_refuses_is_never_read(
    place: int, put: bytes, cut: int
) -> None:
    forms = DecisionForms()
    forms.read(0, PLAIN)
    changed = PLAIN[:place] + put + PLAIN[place + cut :]

    read = forms.read(5, changed)

    assert read is None or read[0] == slowly(5, changed)


HOSTILE = [
    PLAIN.replace(b'"v":1', b'"v":2'),
    PLAIN.replace(b'"v":1', b'"v":1.0'),
    PLAIN.replace(b'"v":1', b'"v":true'),
    PLAIN.replace(b'"v":1', b'"v":01'),
    PLAIN.replace(b'"basis":0', b'"basis":00'),
    PLAIN.replace(b'"basis":0', b'"basis":-0'),
    PLAIN.replace(b'"basis":0', b'"basis":0e5'),
    PLAIN.replace(b'"basis":0', b'"basis":0.5'),
    PLAIN.replace(b'"basis":0', b'"basis":9007199254740992'),
    PLAIN.replace(b'"basis":0', b'"basis": 0'),
    PLAIN.replace(b'"basis"', b'"zasis"'),
    PLAIN.replace(b"decision.made", b"policy.activated"),
    PLAIN.replace(b'"dec-1"', b'"dec\\u00e91"'),
    PLAIN.replace(b'"dec-1"', b'"dec\xc3\xa9"'),
    PLAIN.replace(b'"dec-1"', b'"dec\x01"'),
    PLAIN.replace(b'"dec-1"', b'"dec\x7f"'),
    PLAIN[:-1],
    PLAIN + b" ",
    b"",
    b"{}",
    b'"',
    b'{"kind":"decision.made","v":1}',
    dump_canonical(amount("dec-1", 7)),
    dump_canonical({**event(), "pad": "x" * 61_000}),
    dump_canonical({**event(), "purpose": {"kind": "x", "v": 3}}),
]


@pytest.mark.parametrize("data", HOSTILE)
@pytest.mark.parametrize("before", [[PLAIN], []])
def test_what_is_hostile_is_refused_or_read_as_by_the_slow_way(
    before: list[bytes], data: bytes
) -> None:
    forms = DecisionForms()
    for known in before:
        assert forms.read(0, known) is not None

    read = forms.read(5, data)

    assert read is None or read[0] == slowly(5, data)


def test_keys_of_what_is_inside_are_not_those_of_the_entry() -> None:
    nested = {"aa": {"kind": "policy.activated", "v": 9}}
    first = dump_canonical(event(**nested))
    forms = DecisionForms()

    assert forms.read(5, first) == (slowly(5, first), "org:ada", "", 0)
    other = first.replace(b'"v":1}', b'"v":2}')
    assert forms.read(5, other) is None


@pytest.mark.parametrize("basis", [None, "7", True, [7], {"basis": 7}])
def test_a_basis_that_is_no_index_is_none(basis: object) -> None:
    read = DecisionForms().read(5, dump_canonical(event(basis=basis)))

    assert read is not None
    assert read[3] is None


def test_without_a_basis_there_is_none() -> None:
    said = {name: value for name, value in event().items() if name != "basis"}
    read = DecisionForms().read(5, dump_canonical({**said, "aa": {"basis": 7}}))

    assert read is not None
    assert read[3] is None


def test_of_entries_that_differ_in_numbers_each_has_its_own_basis() -> None:
    forms = DecisionForms()
    entries = [
        dump_canonical(event(basis=n, bytes=m)) for n in range(9) for m in (1, 2)
    ]

    found = [forms.read(5, data) for data in entries * 2]

    assert [read and read[3] for read in found] == [n // 2 for n in range(18)] * 2


def test_a_purpose_that_is_no_text_is_none() -> None:
    data = dump_canonical(event(purpose={"concealed": "text:~x"}))

    assert DecisionForms().read(5, data) == (slowly(5, data), "org:ada", "", 0)


def test_forms_do_not_pile_up() -> None:
    forms = DecisionForms()
    for number in range(1100):
        data = b"{" + b" " * number + b"}"
        assert forms.read(0, data) is None
    assert forms.read(1, PLAIN) is not None
