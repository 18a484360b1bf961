"""What an asset derives from, through any number of others."""

import pytest

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.pdp.lineage import sources_of
from ringwall.pdp.missing import FactMissing
from tests.unit.pdp.scene import edited


def made(name: str, *sources: str, tier: str | None = "upper") -> Asset:
    entity = f"weights:{name}"
    asset = edited(
        "weights:aurora",
        id=entity,
        tier=tier,
        derived_from=[f"weights:{source}" for source in sources],
    )
    assert isinstance(asset, Asset)
    return asset


def ids(asset: Asset, *others: Document) -> list[str]:
    documents: dict[str, Document] = {item.id: item for item in others}
    return [source.id for source in sources_of(asset, documents)]


def test_what_derives_from_nothing_has_no_sources() -> None:
    assert ids(made("a")) == []


def test_each_source_is_found_once_however_often_it_is_reached() -> None:
    top = made("a")
    left, right = made("b", "a"), made("c", "a")

    assert ids(made("d", "b", "c", "a"), left, right, top) == [
        *("weights:a", "weights:b", "weights:c")
    ]


def test_a_long_line_is_followed_to_its_end() -> None:
    line = [made("n0"), *(made(f"n{n}", f"n{n - 1}") for n in range(1, 3000))]

    assert len(ids(line[-1], *line)) == 2999


@pytest.mark.parametrize(
    ("asset", "others", "message"),
    [
        (made("a", "b"), (), "not on record"),
        (made("a", "b"), (made("b", "c"),), "not on record"),
        (made("a", "b"), (made("b", tier=None),), "in a tier yet"),
        (made("a", "b"), (made("b", "a"),), "derives from itself"),
        (made("a", "b"), (made("b", "c"), made("c", "b")), "derives from itself"),
    ],
)
def test_a_line_that_is_broken_gives_no_facts(
    asset: Asset, others: tuple[Asset, ...], message: str
) -> None:
    with pytest.raises(FactMissing, match=message) as caught:
        ids(asset, *others)
    assert caught.value.reason.code == "derivation-broken"


def test_a_source_is_an_asset() -> None:
    documents: dict[str, Document] = {"weights:b": edited("user:ada")}

    with pytest.raises(FactMissing, match="not on record"):
        sources_of(made("a", "b"), documents)
