"""Looking up rows: the row, or an error that names what there is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ringwall.base.errors import UnknownItem
from ringwall.model.values import is_printable
from ringwall.threats.catalogue import Catalogue
from tests.unit.threats.sample import sample_catalogue

LOOK_UPS: list[tuple[Callable[[Catalogue, str], object], str, str]] = [
    (Catalogue.actor, "OC4", "unknown-actor"),
    (Catalogue.level, "SL2", "unknown-level"),
    (Catalogue.category, "RUC", "unknown-category"),
    (Catalogue.vector, "CEC-1", "unknown-vector"),
    (Catalogue.measure, "SL3-FM-1", "unknown-measure"),
    (Catalogue.capability, "some-threshold", "unknown-capability"),
    (Catalogue.compute_threshold, "a-cluster", "unknown-compute"),
    (Catalogue.power, "copies", "unknown-power"),
    (Catalogue.tier, "third", "unknown-tier"),
    (Catalogue.protected_model, "model", "unknown-protected"),
    (Catalogue.threat, "m-02", "unknown-threat"),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return sample_catalogue()


@pytest.mark.parametrize(("find", "name"), [row[:2] for row in LOOK_UPS])
def test_a_row_is_found_by_its_id(
    catalogue: Catalogue, find: Callable[[Catalogue, str], object], name: str
) -> None:
    assert getattr(find(catalogue, name), "id", None) == name


@pytest.mark.parametrize(("find", "name", "code"), LOOK_UPS)
def test_a_row_that_is_not_there_is_an_error_that_names_those_that_are(
    catalogue: Catalogue,
    find: Callable[[Catalogue, str], object],
    name: str,
    code: str,
) -> None:
    with pytest.raises(UnknownItem) as caught:
        find(catalogue, "nothing")

    assert caught.value.code == code
    assert "`nothing`" in caught.value.message
    assert name in caught.value.next_step


def test_among_many_rows_the_near_ones_are_named() -> None:
    many = sample_catalogue()
    rows = {f"row-{n}": row for n in range(60) for row in many.powers.values()}
    large = replace(many, powers=rows)

    with pytest.raises(UnknownItem) as near:
        large.power("row-599")
    with pytest.raises(UnknownItem) as far:
        large.power("zzzzzzzzzz")

    assert "row-59" in near.value.next_step
    assert "row-1," not in near.value.next_step
    assert far.value.next_step.startswith("known: row-0, row-1, ")
    assert far.value.next_step.endswith(", ...")


def test_an_empty_table_says_that_there_is_none() -> None:
    empty = replace(sample_catalogue(), powers={})

    with pytest.raises(UnknownItem) as caught:
        empty.power("copies")

    assert caught.value.next_step == "known: none"


def test_each_vector_knows_the_measures_that_counter_it(catalogue: Catalogue) -> None:
    names = [measure.id for measure in catalogue.countering["CEC-1"]]

    assert names == [f"SL{n}-WS-1" for n in range(1, 6)]
    assert len(catalogue.countering["RUC-1"]) == 25


def test_a_place_says_where_a_row_stands(catalogue: Catalogue) -> None:
    assert catalogue.place("actors", "OC1").line == 2
    assert catalogue.place("threats", "m-02").file == "protected/model.yaml"
    with pytest.raises(KeyError):
        catalogue.place("actors", "OC9")


def test_a_name_that_is_asked_for_can_not_steer_a_terminal(
    catalogue: Catalogue,
) -> None:
    for find in (catalogue.measure, catalogue.benchmark.scope):
        with pytest.raises(UnknownItem) as caught:
            find("\x1b[2J\n")

        assert is_printable(caught.value.message)
