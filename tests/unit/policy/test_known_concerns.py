"""What was read a moment ago is not read again, and is nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy import known_concerns
from ringwall.policy.known_concerns import compiled_concern, known_concern

POLICIES = Path(__file__).resolve().parents[3] / "policies"
FILES = {
    path.name: path.read_bytes() for path in sorted((POLICIES / "release").iterdir())
}


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    known_concerns._parsed.cache_clear()
    known_concerns._compiled.cache_clear()
    yield
    known_concerns._parsed.cache_clear()
    known_concerns._compiled.cache_clear()


def test_the_same_files_are_read_and_compiled_once_wherever_they_lie() -> None:
    one = known_concern("release", FILES, "here")
    other = known_concern("release", dict(FILES), "there")

    assert other is one
    assert compiled_concern(other) is compiled_concern(one)


def test_one_byte_or_another_name_is_another_concern() -> None:
    one = known_concern("release", FILES)
    policy = FILES["policy.csv"] + b"# a remark\n"
    edited = known_concern("release", {**FILES, "policy.csv": policy})
    renamed = known_concern("raising", FILES)

    assert edited.digest != one.digest
    assert edited.files["policy.csv"] == policy
    assert {rule.file for rule in renamed.rules} == {"raising/policy.csv"}
    assert {rule.file for rule in one.rules} == {"release/policy.csv"}


def test_a_concern_that_was_altered_by_hand_is_compiled_for_itself() -> None:
    one = known_concern("release", FILES)
    # Of the same digest, yet without its rows.
    bare = replace(one, rules=one.rules[:1])

    assert len(compiled_concern(one).concern.rules) > 1
    assert compiled_concern(bare).concern is bare


def test_what_is_handed_in_may_change_without_what_is_known() -> None:
    files = dict(FILES)
    one = known_concern("release", files)
    files["policy.csv"] = b""

    assert known_concern("release", FILES) is one
    assert one.files["policy.csv"] == FILES["policy.csv"]
    with pytest.raises(PolicyError):
        known_concern("release", files)


def test_a_refusal_names_the_place_each_time() -> None:
    broken = {**FILES, "policy.csv": b"p, rel-001\n"}
    for place in ("here", "there", "here"):
        with pytest.raises(PolicyError) as refused:
            known_concern("release", broken, place)

        files = {fault.file for fault in refused.value.faults}
        assert files == {f"{place}/policy.csv"}


def test_a_large_concern_is_read_anew_and_holds_no_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = sum(map(len, FILES.values()))
    monkeypatch.setattr(known_concerns, "REMEMBERED_BYTES", size)
    kept = known_concern("release", FILES)
    assert known_concern("release", FILES) is kept

    monkeypatch.setattr(known_concerns, "REMEMBERED_BYTES", size - 1)
    one, other = (known_concern("release", FILES) for _ in range(2))
    assert one == other
    assert one is not other
    assert compiled_concern(one) is not compiled_concern(one)


def test_no_more_than_so_many_are_remembered() -> None:
    first = known_concern("c0", FILES)
    for number in range(1, known_concerns.MAX_REMEMBERED + 1):
        compiled_concern(known_concern(f"c{number}", FILES))

    assert known_concern("c0", FILES) is not first
    assert known_concerns._parsed.cache_info().currsize == 32
    assert known_concerns._compiled.cache_info().currsize == 32


def test_what_is_shared_can_not_be_changed() -> None:
    concern = known_concern("release", FILES)

    assert isinstance(concern.files, MappingProxyType)
    assert isinstance(concern.relations, MappingProxyType)
    with pytest.raises(AttributeError):
        concern.digest = ""  # type: ignore[misc]  # it is frozen
    with pytest.raises(AttributeError):
        compiled_concern(concern).concern = concern  # type: ignore[misc]  # it is frozen


def test_no_value_but_itself_is_the_same() -> None:
    concern = known_concern("release", FILES)
    same = known_concerns._Same(concern)

    assert same == known_concerns._Same(concern)
    assert same != known_concerns._Same(replace(concern))
    assert same != concern
