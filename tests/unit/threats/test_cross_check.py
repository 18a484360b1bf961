"""What rows must have of each other, one fault at a time."""

import pytest

from ringwall.model.levels import Domain
from ringwall.threats.cross_check import check_catalogue, domain_of
from ringwall.threats.reader import parse_catalogue
from tests.unit.threats.sample import (
    PROTECTED,
    changed,
    encoded,
    faults_of,
    sample_catalogue,
    sample_files,
)


def test_the_sample_has_no_fault() -> None:
    assert list(check_catalogue(sample_catalogue())) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "row"),
    [
        ("vectors.yaml", "category: CEC", "category: XXX", "category-unknown", "CEC-1"),
        ("vectors.yaml", "category: CEC", "category: RUC", "category-differs", "CEC-1"),
        (
            "vectors.yaml",
            "    fast_moving: true\n",
            "    fast_moving: true\n    uncountered: nobody knows how\n",
            "uncountered-needless",
            "CEC-1",
        ),
        (
            "tiers.yaml",
            "weights, level: SL5",
            "weights, level: SL4",
            "tier-differs",
            "",
        ),
        (PROTECTED, "[model-weights, checkpoint]", "[wand]", "kind-unknown", ""),
        (PROTECTED, "vector: RUC-1", "vector: RUC-2", "vector-unknown", "m-01"),
        (PROTECTED, "[SL1-WS-1]", "[SL1-WS-2]", "measure-unknown", "m-01"),
        (PROTECTED, "domain: network", "domain: weights", "needs-incomplete", ""),
    ],
)
def test_a_row_that_does_not_fit_the_others_is_named_with_its_place(
    name: str, old: str, new: str, code: str, row: str
) -> None:
    faults = faults_of(changed(name, old, new))

    assert code in {fault.code for fault in faults}
    assert {fault.file for fault in faults} == {f"models/{name}"}
    if row:
        text = sample_files()[name]
        expected = text[: text.index(f"id: {row}\n")].count("\n") + 1
        assert {fault.line for fault in faults} == {expected}


def test_a_domain_named_twice_leaves_another_one_out() -> None:
    faults = faults_of(changed(PROTECTED, "domain: network", "domain: weights"))

    assert [fault.message for fault in faults] == [
        "domain `weights` stands 2 times, not once",
        "domain `network` stands 0 times, not once",
    ]


def test_a_vector_that_nothing_counters_must_say_why() -> None:
    files = sample_files()
    files["measures.yaml"] = files["measures.yaml"].replace("RUC-1, CEC-1", "RUC-1")

    (fault,) = faults_of(files)
    assert (fault.code, fault.file) == ("vector-uncountered", "models/vectors.yaml")

    files["vectors.yaml"] = files["vectors.yaml"].replace(
        "fast_moving: true\n", "fast_moving: true\n    uncountered: nobody knows how\n"
    )
    catalogue = parse_catalogue(encoded(files))
    assert catalogue.vectors["CEC-1"].uncountered == "nobody knows how"


def test_a_measure_against_a_vector_that_is_not_known_is_named() -> None:
    files = sample_files()
    whole = files["measures.yaml"]
    files["measures.yaml"] = whole.replace("[RUC-1, CEC-1]", "[RUC-1, CEC-1, ABC-1]", 1)

    (fault,) = faults_of(files)

    assert (fault.code, fault.line) == ("vector-unknown", 2)
    assert "ABC-1" in fault.message


def test_a_measure_counts_in_the_domain_of_its_category() -> None:
    files = sample_files()
    files["measures.yaml"] = files["measures.yaml"].replace(
        "domain: network", "domain: weights", 1
    )

    codes = {fault.code for fault in faults_of(files)}

    assert codes == {"domain-differs", "domain-incomplete"}


def test_a_category_of_measures_that_is_not_known_is_named() -> None:
    files = sample_files()
    files["measures.yaml"] = (
        files["measures.yaml"]
        .replace("SL1-WS-1", "SL1-ZZ-1")
        .replace("category: WS", "category: ZZ", 1)
    )
    files[PROTECTED] = files[PROTECTED].replace("[SL1-WS-1]", "[]")

    (fault,) = faults_of(files)

    assert (fault.code, fault.line) == ("category-unknown", 2)


def test_a_level_must_count_the_measures_that_there_are() -> None:
    files = sample_files()
    files["levels.yaml"] = files["levels.yaml"].replace("measures: 5", "measures: 6", 1)

    (fault,) = faults_of(files)

    assert (fault.code, fault.file, fault.line) == (
        "count-differs",
        "models/levels.yaml",
        2,
    )
    assert fault.message == "`SL1` says 6 measures, there are 5"


@pytest.mark.parametrize(
    ("name", "first", "code"),
    [
        ("actors.yaml", "  - id: OC2", "actor-missing"),
        ("levels.yaml", "  - id: SL2", "level-missing"),
        ("tiers.yaml", "  - id: upper", "tier-missing"),
    ],
)
def test_a_class_level_or_tier_without_a_row_is_named(
    name: str, first: str, code: str
) -> None:
    files = sample_files()
    head, _, rest = files[name].partition(first)
    files[name] = head + "  - id" + rest.partition("  - id")[2]

    (fault,) = faults_of(files)

    assert (fault.code, fault.file, fault.line) == (code, f"models/{name}", 1)


@pytest.mark.parametrize(
    ("measure", "domain"),
    [
        ("SL3-WS-1", Domain.WEIGHTS),
        ("SL3-SC-1", Domain.WEIGHTS),
        ("SL2-MA-1", Domain.NETWORK),
        ("SL5-MA-1", Domain.DETECTION),
        ("SL4-OR-3", Domain.NETWORK),
        ("SL4-RA-1", Domain.ASSURANCE),
        ("SL3-CA-2", Domain.DETECTION),
        ("SL5-PP-1", Domain.PERSONNEL),
        ("SL5-ZZ-1", None),
    ],
)
def test_the_domain_of_a_measure_follows_from_its_category(
    measure: str, domain: Domain | None
) -> None:
    assert domain_of(measure) is domain
