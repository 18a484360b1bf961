"""OSCAL documents, read and resolved by NIST's and IBM's model of them (trestle)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from trestle.core.base_model import OscalBaseModel
from trestle.core.catalog.catalog_interface import CatalogInterface
from trestle.core.profile_resolver import ProfileResolver
from trestle.core.validator_factory import validator_factory
from trestle.oscal.catalog import Catalog
from trestle.oscal.profile import Profile

from ringwall.threats.catalogue import Catalogue
from ringwall.threats.interchange import NAMESPACE
from ringwall.threats.oscal import CATALOG_FILE, oscal_files, profile_file
from tests.threat_rows import catalogue, ids

HREF = "trestle://catalogs/measures/catalog.json"


def _documents(rows: Catalogue) -> dict[str, Any]:
    return {name: json.loads(data) for name, data in oscal_files(rows).items()}


def _controls(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from group.get("controls", ())
    for inner in group.get("groups", ()):
        yield from _controls(inner)


def _resolved(workspace: Path, rows: Catalogue, level: str) -> set[str]:
    """Return the controls that a profile picks, as trestle resolves it."""
    files = oscal_files(rows)
    (workspace / ".trestle").mkdir(exist_ok=True)
    source = workspace / "catalogs" / "measures"
    source.mkdir(parents=True, exist_ok=True)
    (source / "catalog.json").write_bytes(files[CATALOG_FILE])
    # Within a trestle workspace documents name each other by its own scheme.
    profile = files[profile_file(level)].replace(CATALOG_FILE.encode(), HREF.encode())
    target = workspace / "profiles" / level / "profile.json"
    target.parent.mkdir(parents=True)
    target.write_bytes(profile)
    resolved = ProfileResolver.get_resolved_profile_catalog(workspace, str(target))
    return {item.id for item in CatalogInterface(resolved).get_all_controls_from_dict()}


def _is_valid(document: OscalBaseModel, workspace: Path) -> bool:
    """Return what all of trestle's validators say together."""
    validators = validator_factory.get_all()
    assert len(validators) >= 5
    return all(v.model_is_valid(document, True, workspace) for v in validators)


def test_there_is_a_catalog_and_a_profile_for_each_level() -> None:
    assert list(oscal_files(catalogue())) == [
        "catalog.json",
        "profile-sl1.json",
        "profile-sl2.json",
        "profile-sl3.json",
        "profile-sl4.json",
        "profile-sl5.json",
    ]


def test_trestle_reads_the_catalog_and_each_profile(tmp_path: Path) -> None:
    for name, data in oscal_files(catalogue()).items():
        path = tmp_path / name
        path.write_bytes(data)
        kind = Catalog if name == CATALOG_FILE else Profile
        read = kind.oscal_read(path)
        assert isinstance(read, Catalog | Profile)
        assert read.metadata.oscal_version.root.root == "1.1.3"
        assert _is_valid(read, tmp_path)


def test_trestle_does_find_an_id_that_stands_twice(tmp_path: Path) -> None:
    document = json.loads(oscal_files(catalogue())[CATALOG_FILE])
    catalog = document["catalog"]
    catalog["back-matter"]["resources"][0]["uuid"] = catalog["uuid"]
    path = tmp_path / CATALOG_FILE
    path.write_text(json.dumps(document))

    read = Catalog.oscal_read(path)

    assert read is not None
    assert not _is_valid(read, tmp_path)


def test_each_control_group_and_part_has_an_id_of_its_own() -> None:
    catalog = _documents(catalogue())["catalog.json"]["catalog"]

    found = re.findall(r'"id": "([^"]+)"', json.dumps(catalog))

    assert len(found) == len(set(found))
    assert set(found) > {"sl3", "sl3-ws", "sl3-ws-1", "sl3-ws-1_smt", "sl3_ovw"}


@pytest.mark.parametrize("level", [1, 3, 5])
def test_a_profile_resolves_to_all_measures_up_to_its_level(
    tmp_path: Path, level: int
) -> None:
    picked = _resolved(tmp_path, catalogue(), f"SL{level}")

    assert picked == {name.lower() for name in ids(level)}


def test_a_control_tells_what_the_row_tells() -> None:
    catalog = _documents(catalogue())["catalog.json"]["catalog"]

    (control,) = (
        control
        for group in catalog["groups"]
        for control in _controls(group)
        if control["id"] == "sl4-ws-1"
    )
    own = [(p["name"], p["value"]) for p in control["props"] if "ns" in p]
    assert control["title"] == "weights 4"
    assert ("domain", "weights") in own
    assert ("scope", "site") in own
    assert [value for name, value in own if name == "counters"] == ["RUC-1", "PHY-1"]
    assert ("mapping", "OWN") in own
    assert control["parts"][0]["prose"] == "What SL4 asks of weights"
    assert {p["ns"] for p in control["props"] if "ns" in p} == {NAMESPACE}


def test_each_control_cites_a_source_that_is_there() -> None:
    catalog = _documents(catalogue())["catalog.json"]["catalog"]
    resources = {item["uuid"] for item in catalog["back-matter"]["resources"]}

    cited = {
        link["href"].removeprefix("#")
        for group in catalog["groups"]
        for item in (group, *_controls(group))
        for link in item["links"]
    }
    assert cited == resources


def test_a_level_without_measures_is_a_group_without_members() -> None:
    empty = dict.fromkeys(ids(2) - ids(1))

    groups = _documents(catalogue(empty))["catalog.json"]["catalog"]["groups"]

    assert [group["id"] for group in groups if "groups" not in group] == ["sl2"]


def test_the_same_catalogue_gives_the_same_bytes_and_another_gives_other_ids() -> None:
    here, again = oscal_files(catalogue()), oscal_files(catalogue())
    other = _documents(catalogue(digest="cd" * 32))

    assert here == again
    for name, document in _documents(catalogue()).items():
        (kind,) = document
        assert document[kind]["uuid"] != other[name][kind]["uuid"]


def test_the_documents_are_dated_by_their_newest_row() -> None:
    rows = catalogue()
    late = rows.measures["SL2-WS-1"].model_copy(update={"date": "2027-03-01"})

    metadata = _documents(catalogue({"SL2-WS-1": late}))["catalog.json"]["catalog"][
        "metadata"
    ]

    assert metadata["last-modified"] == "2027-03-01T00:00:00Z"
    assert metadata["version"] == "2027-03-01+abababababab"


def test_no_document_says_certified() -> None:
    text = b"".join(oscal_files(catalogue()).values())

    assert b"aligned with" in text
    assert b"certified" not in text
