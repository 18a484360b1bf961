from collections.abc import Mapping

import pytest

from ringwall.raid.intake.alike.prints import (
    PERMUTATIONS,
    Key,
    count_words,
    likeness,
    prints_of,
    shingles_of,
    systems_of,
    title_words,
)
from tests.raid_office import report_document
from tests.raid_reports import story

_KEY = Key(b"k" * 16, 7)


def test_prints_hold_numbers_and_no_word() -> None:
    prints = prints_of(story(), _KEY)
    assert len(prints.signature) == PERMUTATIONS
    assert all(0 <= number < 2**32 for number in prints.signature)
    assert all(0 <= number < 2**63 for _, number in prints.marks)
    assert prints.words == count_words(story())


def test_the_estimate_is_near_the_true_overlap() -> None:
    one = story()
    other = story(narrative=str(one["narrative"]).replace("sedative", "opiate"))
    truly = likeness(shingles_of(one), shingles_of(other))
    first, second = (prints_of(each, _KEY).signature for each in (one, other))
    told = sum(map(int.__eq__, first, second)) / PERMUTATIONS
    assert 0.8 < truly < 1
    assert abs(told - truly) < 0.12


def test_another_key_gives_other_numbers() -> None:
    other = Key(b"o" * 16, 8)
    one, two = (prints_of(story(), key) for key in (_KEY, other))
    assert one.signature != two.signature
    assert not one.marks & two.marks


def test_form_and_case_make_no_difference() -> None:
    one = story()
    shouted = {**one, "narrative": str(one["narrative"]).upper().replace(" ", "  \n")}
    assert prints_of(one, _KEY) == prints_of(shouted, _KEY)


def _shared(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    marks = (prints_of(report_document(**each), _KEY).marks for each in (one, other))
    first, second = marks
    return {kind for kind, _ in first & second}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (
            {"references": ["A https://www.e.example/x/#top"]},
            {"references": ["B HTTP://e.example/x"]},
            "reference",
        ),
        (
            {"references": ["A book, 1999"]},
            {"references": ["a BOOK 1999"]},
            "reference",
        ),
        (
            {"source": {"scheme": "atlas", "id": "AML.CS0001"}},
            {"references": ["https://atlas.mitre.org/studies/AML.CS0001"]},
            "source",
        ),
        (
            {"source": {"scheme": "aiid", "id": "74"}},
            {"references": ["https://incidentdatabase.ai/cite/74#r1"]},
            "source",
        ),
    ],
)
def test_what_two_reports_cite_is_known_however_it_is_written(
    one: Mapping[str, object], other: Mapping[str, object], kind: str
) -> None:
    assert kind in _shared({**one, "title": "A"}, {**other, "title": "B"})


def test_system_and_date_count_together() -> None:
    day = {"occurred": {"from": "2026-03-14"}}
    system = {"systems": [{"name": "Rota 2"}]}
    same = {"occurred": {"from": "2026-03-14"}, "systems": [{"name": "ROTA-2"}]}
    assert "system-date" in _shared({**day, **system}, same)
    assert "system-date" not in _shared(system, {**same, "occurred": "unknown"})
    assert "system-date" not in _shared({**day, "systems": "unknown"}, same)


def test_names_of_systems_go_by_letters_and_digits() -> None:
    told = [{"name": "GPT-4"}, {"name": "gpt 4"}, {"name": "!!"}]
    assert systems_of({"systems": told}) == {"gpt4"}
    assert systems_of({"systems": "unknown"}) == frozenset()


def test_bare_numbers_are_no_words_of_a_title() -> None:
    assert title_words({"title": "Copy 17 of GPT-4"}) == {"copy", "of", "gpt"}


def test_a_report_of_one_word_has_it_as_its_shingle() -> None:
    assert shingles_of({"title": "Word", "narrative": "."}) == {"word"}
    assert likeness(frozenset(), frozenset()) == 0
