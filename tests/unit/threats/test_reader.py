"""Files to a catalogue: all of it, or each fault with its place."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from pathlib import Path
from types import MappingProxyType

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.base.yaml_tree import MAX_FAULTS
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.model.values import Strict
from ringwall.threats.files import MAX_BYTES, MAX_FILE_BYTES, MAX_PROTECTED
from ringwall.threats.folder import read_catalogue
from ringwall.threats.reader import is_protected_file, parse_catalogue
from tests.unit.threats.sample import (
    PROTECTED,
    Files,
    changed,
    encoded,
    faults_of,
    sample_catalogue,
    sample_files,
)

POWERS = "powers.yaml"
VECTORS = "vectors.yaml"


def line_of(files: Files, name: str, text: str) -> int:
    """Return the line on which the first occurrence of a text starts."""
    return files[name][: files[name].index(text)].count("\n") + 1


def test_all_tables_are_read_in_the_order_of_their_files() -> None:
    catalogue = sample_catalogue()

    assert list(catalogue.actors) == ["OC1", "OC2", "OC3", "OC4", "OC5"]
    assert list(catalogue.levels) == ["SL1", "SL2", "SL3", "SL4", "SL5"]
    assert list(catalogue.categories) == ["RUC", "CEC"]
    assert list(catalogue.vectors) == ["RUC-1", "CEC-1"]
    assert len(catalogue.measures) == 25
    assert list(catalogue.compute) == ["a-run", "a-cluster", "an-equal"]
    assert list(catalogue.tiers) == ["lower", "upper", "third"]
    assert list(catalogue.protected) == ["model"]
    assert list(catalogue.threats) == ["m-01", "m-02"]


def test_rows_hold_what_the_files_say() -> None:
    catalogue = sample_catalogue()
    vector = catalogue.vectors["CEC-1"]
    measure = catalogue.measures["SL2-FM-1"]

    assert vector.feasibility.scores() == (1, 1, 2, 2, 3)
    assert vector.fast_moving
    assert catalogue.vectors["RUC-1"].atlas == ("AML.T0049", "AML.T0010.001")
    assert (measure.domain, measure.level) == (Domain.PERSONNEL, SecurityLevel.SL2)
    assert measure.counters == ("RUC-1",)
    assert catalogue.powers["copies"].tier is Tier.UPPER
    assert catalogue.threats["m-02"].vector is None


def test_the_digest_is_that_of_the_names_and_digests_of_the_files() -> None:
    files = encoded(sample_files())
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    canonical = json.dumps(hashes, sort_keys=True, separators=(",", ":")).encode()

    catalogue = parse_catalogue(files)

    assert catalogue.digest == hashlib.sha256(canonical).hexdigest()


def test_one_letter_more_in_a_comment_is_another_digest() -> None:
    files = sample_files()
    files[POWERS] += "# a word\n"

    assert parse_catalogue(encoded(files)).digest != sample_catalogue().digest


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (POWERS, "limit: 20", "limit: 0", "wrong-value"),
        (POWERS, "limit: 20", "limit: twenty", "wrong-type"),
        (POWERS, "limit: 20", "limits: 20", "unknown-key"),
        (POWERS, "tier: upper", "tier: middle", "wrong-value"),
        (POWERS, "weights.export", "weights", "wrong-value"),
        (POWERS, "weights.export", "weights.copy", "item-twice"),
        (POWERS, "[weights.copy, weights.export]", "[]", "wrong-value"),
        (POWERS, "[weights.copy, weights.export]", "{}", "wrong-type"),
        (POWERS, "source: a document", 'source: " "', "wrong-value"),
        (POWERS, "mark: C", "mark: D", "unknown-word"),
        (POWERS, '"2026-11-21"', '"21 November"', "wrong-value"),
        (POWERS, '"2026-11-21"', '"2026-02-30"', "wrong-value"),
        (POWERS, '"2026-11-21"', '"20261121"', "wrong-value"),
        (POWERS, "about:", "&a about:", "yaml-alias"),
        (VECTORS, "OC1: 3, ", "OC1: 0, ", "score-out-of-range"),
        (VECTORS, "OC5: 5}", "OC5: 6}", "score-out-of-range"),
        (VECTORS, "OC2: 4, ", "OC2: high, ", "wrong-type"),
        (VECTORS, "{OC1: 3, OC2: 4, OC3: 4", "{OC1: 3, OC2: 2, OC3: 4", "feasibility-"),
        (VECTORS, "AML.T0049", "T0049", "wrong-value"),
        (VECTORS, "fast_moving: false", "fast_moving: no", "wrong-type"),
        (VECTORS, "id: RUC-1", "id: RUC1", "wrong-value"),
        ("capabilities.yaml", '"2026-01-01"', '"2025-01-01"', "wrong-value"),
        ("capabilities.yaml", "mapping: OWN", "mapping: RAND", "unknown-word"),
        ("compute.yaml", 'flop: "1e25"', "equivalent: null", "threshold-form"),
        ("compute.yaml", "network_gbits: 100", "network_gbits: null", "threshold-form"),
        ("compute.yaml", 'flop: "1e25"', 'flop: "ten"', "wrong-value"),
        ("compute.yaml", "valid_until: null", "valid_until: x", "wrong-value"),
        ("actors.yaml", "id: OC5", "id: OC6", "unknown-word"),
        ("levels.yaml", "id: SL5", "id: SL6", "unknown-word"),
        ("levels.yaml", "against: OC5", "against: OC6", "unknown-word"),
        ("measures.yaml", "id: SL3-WS-1", "id: SL6-WS-1", "wrong-value"),
        ("measures.yaml", "id: SL3-WS-1", "id: SL3-TU-1", "category-differs"),
        (PROTECTED, "vector: RUC-1", "vector: ruc", "wrong-value"),
        (PROTECTED, "actor: OC4", "actor: OC0", "unknown-word"),
        (PROTECTED, "weights, level: SL3", "weights, level: SL0", "wrong-value"),
        (PROTECTED, "acc-030..acc-038", "acc-030...acc-038", "wrong-value"),
        (PROTECTED, "test_it_is_refused", "it_is_refused", "wrong-value"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_file_and_line(
    name: str, old: str, new: str, code: str
) -> None:
    files = sample_files()
    line = line_of(files, name, old)
    files[name] = files[name].replace(old, new, 1)

    found = {(f.file, f.line) for f in faults_of(files) if f.code.startswith(code)}

    # A fault of several fields together stands where their row starts.
    assert {file for file, _ in found} == {f"models/{name}"}
    rows = {"threshold-form", "category-differs"}
    last = 0 if code in rows or old == '"2026-01-01"' else line
    assert all(last <= place <= line for _, place in found)


@pytest.mark.parametrize("key", ["source", "mark", "date"])
def test_a_row_without_source_mark_or_date_is_unsourced(key: str) -> None:
    files = sample_files()
    kept = [
        text
        for text in files[POWERS].splitlines(keepends=True)
        if not text.strip().startswith(f"{key}:")
    ]
    files[POWERS] = "".join(kept)

    (fault,) = faults_of(files)

    assert (fault.code, fault.line) == ("unsourced", 2)
    assert fault.file == "models/powers.yaml"
    assert key in fault.message


def test_a_table_of_another_name_is_not_the_one_that_is_missing() -> None:
    faults = faults_of(changed(POWERS, "powers:", "power:"))

    assert {fault.code for fault in faults} == {"missing-key", "unknown-key"}


def test_any_other_key_that_is_missing_is_missing() -> None:
    (fault,) = faults_of(changed(POWERS, "    limit: 20\n", ""))

    assert (fault.code, fault.line) == ("missing-key", 2)


def test_a_class_without_a_score_is_missing() -> None:
    (fault,) = faults_of(changed(VECTORS, "      OC4: 2\n", ""))

    assert fault.code == "class-missing"
    assert "OC4" in fault.message


def test_a_parameter_that_a_level_leaves_out_is_missing() -> None:
    (fault,) = faults_of(changed("levels.yaml", "encryption-at-rest: 64 bits", "x: y"))[
        :1
    ]

    assert fault.code == "missing-key"


@pytest.mark.parametrize(
    ("name", "old", "new", "again"),
    [
        ("actors.yaml", "id: OC2", "id: OC1", "OC1"),
        ("levels.yaml", "id: SL2", "id: SL1", "SL1"),
        (VECTORS, "id: CEC\n", "id: RUC\n", "RUC"),
        (VECTORS, "id: CEC-1", "id: RUC-1", "RUC-1"),
        ("measures.yaml", "id: SL2-WS-1", "id: SL1-WS-1", "SL1-WS-1"),
        ("compute.yaml", "id: a-cluster", "id: a-run", "a-run"),
        ("tiers.yaml", "id: upper", "id: lower", "lower"),
        (PROTECTED, "id: m-02", "id: m-01", "m-01"),
    ],
)
def test_an_id_that_stands_twice_is_refused_at_the_second_place(
    name: str, old: str, new: str, again: str
) -> None:
    files = changed(name, old, new)
    line = line_of(sample_files(), name, old)

    (fault,) = faults_of(files)

    assert (fault.code, fault.line) == ("duplicate-id", line)
    assert f"`{again}` stands in models/{name}:" in fault.message


def test_two_threat_models_may_not_name_a_threat_alike() -> None:
    files = sample_files()
    files["protected/other.yaml"] = files[PROTECTED].replace("id: model", "id: other")

    faults = faults_of(files)

    assert [fault.code for fault in faults] == ["duplicate-id", "duplicate-id"]
    assert {fault.file for fault in faults} == {"models/protected/other.yaml"}


def test_the_file_of_a_threat_model_has_the_name_of_its_id() -> None:
    (fault,) = faults_of(changed(PROTECTED, "id: model", "id: another"))

    assert (fault.code, fault.line) == ("name-differs", 1)


@pytest.mark.parametrize("name", sorted(sample_files()))
def test_a_file_that_is_missing_is_named(name: str) -> None:
    files = sample_files()
    del files[name]

    (fault,) = faults_of(files)

    assert fault.code == "file-missing"
    assert fault.file == ("models/protected" if name == PROTECTED else f"models/{name}")


@pytest.mark.parametrize(
    "name",
    ["extra.yaml", "protected/x.yml", "protected/../x.yaml", "protected/A.yaml", ""],
)
def test_a_file_that_belongs_nowhere_is_refused(name: str) -> None:
    (fault,) = faults_of({**sample_files(), name: ""})

    assert fault.code == "file-unknown"


def test_a_name_can_not_steer_a_terminal() -> None:
    (fault,) = faults_of({**sample_files(), "\x1b[2J.yaml": ""})

    assert fault.file == "models/?[2J.yaml"
    assert "\x1b" not in fault.message


def test_no_files_at_all_are_nine_faults() -> None:
    faults = faults_of({})

    assert {fault.code for fault in faults} == {"file-missing"}
    assert len(faults) == 9


def test_a_file_over_the_limit_is_refused() -> None:
    files = sample_files()
    files[POWERS] += "#" * MAX_FILE_BYTES

    (fault,) = faults_of(files)

    assert (fault.code, fault.file) == ("file-too-large", "models/powers.yaml")


def test_too_many_bytes_in_all_are_not_read() -> None:
    (fault,) = faults_of({**sample_files(), "x": " " * (MAX_BYTES + 1)})

    assert (fault.code, fault.file) == ("too-large", "models")


def test_too_many_threat_models_are_not_read() -> None:
    many = {f"protected/p{n}.yaml": "{" for n in range(MAX_PROTECTED + 1)}

    (fault,) = faults_of({**sample_files(), **many})

    assert fault.code == "too-many-files"


def test_too_many_values_or_levels_of_nesting_are_refused() -> None:
    wide = {**sample_files(), POWERS: "a: [" + "0," * 100_000 + "0]"}
    deep = {**sample_files(), POWERS: "a: " + "[" * 9 + "]" * 9}

    assert [fault.code for fault in faults_of(wide)] == ["yaml-too-many"]
    assert [fault.code for fault in faults_of(deep)] == ["yaml-too-deep"]


def test_faults_of_several_files_are_told_at_once() -> None:
    files = changed(POWERS, "limit: 20", "limit: 0")
    files["compute.yaml"] = files["compute.yaml"].replace("1e25", "x")
    files[PROTECTED] = "[]"

    files_named = [fault.file for fault in faults_of(files)]

    assert files_named == [
        "models/compute.yaml",
        "models/powers.yaml",
        "models/protected/model.yaml",
    ]


def test_beyond_fifty_faults_only_their_number_is_told() -> None:
    files = sample_files()
    files["measures.yaml"] = files["measures.yaml"].replace("scope: site", "scope: x")
    files["actors.yaml"] = files["actors.yaml"].replace("people:", "folk:")
    files["levels.yaml"] = files["levels.yaml"].replace("null", "0")

    faults = faults_of(files)

    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1].code == "more-faults"


def test_only_plain_names_in_the_folder_of_threat_models_are_theirs() -> None:
    assert is_protected_file("protected/raid-desk.yaml")
    assert not is_protected_file("protected/raid-desk.yaml\n")
    assert not is_protected_file("protected/sub/x.yaml")
    assert not is_protected_file("x.yaml")


def test_the_same_files_are_read_once_and_each_folder_keeps_its_own_places() -> None:
    files = encoded(sample_files())
    here = parse_catalogue(files, "here")
    there = parse_catalogue(dict(files), "there")

    assert there.measures is here.measures
    assert here.digest == there.digest
    assert here.place("powers", "copies").file == "here/powers.yaml"
    assert there.place("powers", "copies").file == "there/powers.yaml"
    assert parse_catalogue(files).place("powers", "copies").file == "powers.yaml"


def test_one_byte_makes_another_catalogue() -> None:
    files = encoded(sample_files())
    one = parse_catalogue(files)
    other = parse_catalogue({**files, POWERS: files[POWERS] + b"# a remark\n"})

    assert other.digest != one.digest
    assert other.measures is not one.measures


def test_a_refusal_names_the_folder_each_time() -> None:
    files = {**encoded(sample_files()), POWERS: b""}
    for place in ("here", "there", "here"):
        with pytest.raises(DeclarationError) as refused:
            parse_catalogue(files, place)

        assert [fault.file for fault in refused.value.faults] == [f"{place}/{POWERS}"]


def test_nothing_of_a_catalogue_can_be_changed() -> None:
    root = Path(__file__).resolve().parents[3]
    catalogue = read_catalogue(root / "threat_models")
    named = {field.name: getattr(catalogue, field.name) for field in fields(catalogue)}
    derived = (catalogue.threats, catalogue.countering)

    assert {type(value) for value in (*named.values(), *derived)} == {
        MappingProxyType,
        str,
    }
    assert list(_changeable((*named.values(), *derived))) == []


def _changeable(value: object) -> Iterator[object]:
    """Give what is inside a value and could be changed in place."""
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from _changeable(item)
    elif isinstance(value, MappingProxyType):
        for key, item in value.items():
            yield from _changeable((key, item))
    elif isinstance(value, Strict):
        assert value.model_config["frozen"]
        for name in type(value).model_fields:
            yield from _changeable(getattr(value, name))
    elif not isinstance(value, str | int | bool | Enum | None):
        yield value
