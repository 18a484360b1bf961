"""A declaration file is taken whole or refused whole, each fault with its place."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.assets import WeightsFile
from ringwall.model.values import is_printable
from ringwall.registry.declaration_file import (
    MAX_FILE_BYTES,
    DeclarationFile,
    read_declarations,
    refusal,
)

WEIGHTS = WeightsFile(
    sha256="a" * 64, bytes=10, tensor_count=0, tensors_sha256="b" * 64
)


def read(folder: Path, text: str | bytes) -> DeclarationFile:
    path = folder / "facts.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_declarations([path])[0]


def faults_of(folder: Path, text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(DeclarationError) as caught:
        read(folder, text)
    assert caught.value.code == "declaration-refused"
    assert caught.value.faults
    return caught.value.faults


def test_documents_and_removals_come_with_their_places(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        """\
        # facts
        remove: [user:old]
        organisations:
          - id: org:institute
            relation: institute
        people:
          - id: user:ada
            organisation: org:institute
        """,
    )

    assert [(doc.id, path) for doc, path in file.documents()] == [
        ("org:institute", ("organisations", 0)),
        ("user:ada", ("people", 0)),
    ]
    assert list(file.removals()) == [("user:old", ("remove", 0))]
    fault = file.fault(("people", 0, "organisation"), "code", "message", "other")
    assert (fault.file, fault.line, fault.expected) == (file.name, 8, "other")


# Each is put in place of one line of a good file, and must be found on that line.
GOOD = """\
organisations:
- id: org:institute
  relation: institute
  evidence:
  - kind: cybersecurity
    level: SL3
    assessor: a board
    from: "2026-01-01T00:00:00Z"
    until: "2027-01-01T00:00:00Z"
people:
- id: user:ada
  organisation: org:institute
  roles: [researcher]
  suspended: false
assets:
- id: weights:aurora-2
  tier: upper
  content: restricted
  compute: {low: "1e25", high: "2e25"}
remove: [user:old]
"""
FAULTS = [
    # line, replacement, code, field, expected or said
    (20, "retire: [user:old]", "unknown-key", "retire", "ringwall schema"),
    (14, "  suspend: true", "unknown-key", "people.0.suspend", "ringwall schema"),
    (3, "  relation: friend", "unknown-word", "organisations.0.relation", "partner"),
    (3, "  relation: [institute]", "unknown-word", "relation", "institute"),
    (2, "- id: org:Institute", "wrong-value", "organisations.0.id", "such as"),
    (2, "- id: user:institute", "wrong-value", "organisations.0.id", "gov:fr"),
    (2, "- id: firm:institute", "wrong-value", "id", "unknown prefix"),
    (2, "- id: 7", "wrong-type", "organisations.0.id", "text"),
    (5, "  - kind: hearsay", "unknown-word", "evidence.0.kind", "freedoms"),
    (6, "    level: SL9", "wrong-value", "evidence.0.level", "SL5"),
    (6, "    level: 3", "wrong-value", "evidence.0.level", "SL5"),
    (6, "    score: 7", "wrong-value", "evidence.0", "`level`"),
    (8, '    from: "2026-01-01T00:00:00"', "wrong-value", "from", "2027-01-31T"),
    (8, '    from: "2026-02-30T00:00:00Z"', "wrong-value", "from", "real date"),
    (8, "    from: 2026-01-01", "wrong-value", "from", "2027-01-31T00:00:00Z"),
    (8, '    from: "2028-01-01T00:00:00Z"', "wrong-value", "evidence.0", "not after"),
    (12, "  organisation: org_institute", "wrong-value", "organisation", "such as"),
    (12, "  org: org:institute", "missing-key", "organisation", "to be there"),
    (13, "  roles: researcher", "wrong-type", "people.0.roles", "a list"),
    (13, "  roles: {a: b}", "wrong-type", "people.0.roles", "a list"),
    (13, "  roles: [Head Chef]", "wrong-value", "people.0.roles.0", "a word such as"),
    (13, "  roles: [a, a]", "wrong-value", "people.0.roles", "twice"),
    (14, "  suspended: no", "wrong-type", "people.0.suspended", "true or false"),
    (14, '  suspended: "true"', "wrong-type", "suspended", "true or false"),
    (17, "  tier: top", "wrong-value", "assets.0.tier", "upper"),
    (17, "  tier: 1", "wrong-value", "assets.0.tier", "upper"),
    (18, "  content: secret", "unknown-word", "assets.0.content", "defence"),
    (19, '  compute: {low: "2e25"}', "missing-key", "assets.0.compute.high", "there"),
    (19, "  compute: 3e25", "wrong-type", "assets.0.compute", "a mapping"),
    (19, '  compute: {low: "3e25", high: "2e25"}', "wrong-value", "compute", "above"),
    (19, '  compute: {low: "1e25", high: "-1"}', "wrong-value", "high", "such as 3e24"),
    (20, "remove: user:old", "wrong-type", "remove", "a list"),
    (20, "remove: [old]", "wrong-value", "remove.0", "user:ada"),
]


def test_the_file_that_is_spoilt_below_is_good(tmp_path: Path) -> None:
    assert len(list(read(tmp_path, GOOD).documents())) == 3


@pytest.mark.parametrize(("line", "text", "code", "field", "hint"), FAULTS)
def test_a_fault_names_file_line_field_and_what_is_expected(
    tmp_path: Path, line: int, text: str, code: str, field: str, hint: str
) -> None:
    lines = GOOD.splitlines()
    lines[line - 1] = text

    faults = faults_of(tmp_path, "\n".join(lines) + "\n")

    fault = next(fault for fault in faults if fault.code == code)
    assert fault.file == str(tmp_path / "facts.yaml")
    start = 5 if field.endswith("evidence.0") else line
    start = 11 if code == "missing-key" and line == 12 else start
    assert fault.line == start
    assert fault.column > 0
    assert field in fault.message.split("`")[1]
    assert hint in f"{fault.message} {fault.expected}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "file-empty"),
        (b"# nothing\n", "file-empty"),
        (b"\xef\xbb\xbfremove: []\n", "byte-order-mark"),
        (b"remove: [\xff]\n", "not-utf8"),
        (b"remove:\0 []\n", "control-character"),
        (b"remove: []\r\n", "control-character"),
        (b"people:\n\t- id: user:ada\n", "yaml-syntax"),
        (b"remove: [\n", "yaml-syntax"),
        (b"remove: []\nremove: []\n", "yaml-duplicate-key"),
        (b"remove: []\n---\nremove: []\n", "yaml-documents"),
        (b"remove: &a [*a]\n", "yaml-alias"),
        (b"a: &a [x]\nb: [*a, *a, *a]\n", "yaml-alias"),
        (b"remove: !!python/object:os.system [x]\n", "yaml-tag"),
        (b"%YAML 1.1\n---\nremove: []\n", "yaml-directive"),
        (b"[a]: b\n", "yaml-key"),
        (b"remove: " + b"[" * 30 + b"]" * 30, "yaml-too-deep"),
        (b"remove: " + b"[" * 100_000, "yaml-too-deep"),
        (b"- remove\n", "wrong-type"),
        (b"text\n", "wrong-type"),
        (b"null\n", "wrong-type"),
        (b"people: null\n", "wrong-type"),
        (b"people: [null]\n", "wrong-type"),
        (b"people: [text]\n", "wrong-type"),
        (b"people: {id: user:ada}\n", "wrong-type"),
    ],
)
def test_a_file_in_another_form_is_refused(
    tmp_path: Path, text: bytes, code: str
) -> None:
    assert faults_of(tmp_path, text)[0].code == code


def test_a_mapping_without_sections_declares_nothing(tmp_path: Path) -> None:
    assert list(read(tmp_path, "{}\n").documents()) == []


def test_a_score_out_of_range_is_refused_with_its_limit(tmp_path: Path) -> None:
    text = GOOD.replace("cybersecurity", "freedoms").replace("level: SL3", "score: 101")

    fault = faults_of(tmp_path, text)[0]

    assert (fault.code, fault.line) == ("wrong-value", 6)
    assert "100" in fault.message


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("peple: []\nremove: x\n")
    (tmp_path / "b.yaml").write_text("remove: [x]\n")
    (tmp_path / "c.yaml").write_text("remove: &x []\n")
    paths = [tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml")]

    with pytest.raises(DeclarationError) as caught:
        read_declarations(paths)

    assert [fault.code for fault in caught.value.faults] == [
        "wrong-type",
        "unknown-key",
        "wrong-value",
        "yaml-alias",
    ]
    assert caught.value.message == "4 faults, nothing was written"


def test_one_fault_is_told_in_the_singular(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("peple: []\n")

    with pytest.raises(DeclarationError, match=r"^1 fault, nothing was written$"):
        read_declarations([path])


def test_beyond_fifty_faults_only_their_number_is_told(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, "remove: [" + ", ".join(["x"] * 200) + "]\n")

    assert len(faults) == 51
    assert (faults[-1].code, faults[-1].message) == ("more-faults", "and 150 more")


def test_fifty_faults_are_told_one_by_one() -> None:
    faults = [Fault("f", 1, 1, "code", "message")] * 50

    assert refusal(faults).faults == tuple(faults)


@pytest.mark.parametrize(
    "text",
    [
        '"\\e[31m\\u202e\\n": 1\n',
        'remove: ["\\e[31m\\u202e\\n"]\n',
        'organisations: [{id: org:a, relation: "\\e[31m\\u202e\\n"}]\n',
        f"{'k' * 1000}: 1\n",
        f"remove: [{'k' * 5000}]\n",
    ],
)
def test_a_fault_can_not_steer_a_terminal_or_flood_it(
    tmp_path: Path, text: str
) -> None:
    for fault in faults_of(tmp_path, text):
        assert is_printable(fault.message)
        assert len(fault.message) < 1000


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, 100 * 1024 * 1024)

    with pytest.raises(DeclarationError) as caught:
        read_declarations([path])

    assert caught.value.faults[0].code == "file-too-large"
    assert str(MAX_FILE_BYTES) in caught.value.faults[0].message


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        lambda path: os.symlink(path, path),
        lambda path: os.symlink("/dev/zero", path),
        lambda _: None,
    ],
    ids=["pipe", "folder", "circle", "device", "missing"],
)
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "facts.yaml"
    make(path)

    with pytest.raises(DeclarationError) as caught:
        read_declarations([path])

    assert caught.value.code == "file-unreadable"
    assert str(path) in caught.value.message
    assert caught.value.next_step


def test_a_described_weights_file_takes_its_place_in_the_asset(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(GOOD)

    file = read_declarations([path], {"weights:aurora-2": WEIGHTS})[0]

    assert file.declaration.assets[0].file == WEIGHTS


def test_weights_of_an_asset_that_no_file_declares_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(GOOD)

    with pytest.raises(DeclarationError, match="weights:other") as caught:
        read_declarations([path], {"weights:other": WEIGHTS})

    assert caught.value.code == "unknown-asset"


def test_weights_for_what_holds_none_are_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("assets:\n- {id: code:a, content: open}\n")

    with pytest.raises(DeclarationError) as caught:
        read_declarations([path], {"code:a": WEIGHTS})

    fault = caught.value.faults[0]
    assert (fault.code, fault.line) == ("wrong-value", 2)
    assert "checkpoint" in fault.expected


SITE = """\
sites:
- id: site:x
  operator: org:institute
  attestations:
  - measures: [SL1-WS-1]
    assessor: org:inspect
    from: "2026-01-01T00:00:00Z"
    until: "{until}-01-01T00:00:00Z"
    evidence: "{evidence}"
  - measures: [SL1-SW-1, SL1-WS-1]
    assessor: org:inspect
    from: "{start}-01-01T00:00:00Z"
    until: "2029-01-01T00:00:00Z"
    evidence: "{evidence}"
"""


def test_statements_that_overlap_are_refused_with_their_place(tmp_path: Path) -> None:
    text = SITE.format(until=2028, start=2027, evidence="0" * 64)

    (fault,) = faults_of(tmp_path, text)

    assert (fault.code, fault.line) == ("wrong-value", 2)
    assert "two statements about `SL1-WS-1` overlap in time" in fault.message
    read(tmp_path, SITE.format(until=2028, start=2028, evidence="0" * 64))


def test_a_statement_that_ends_before_it_begins_is_refused_with_its_place(
    tmp_path: Path,
) -> None:
    (fault,) = faults_of(
        tmp_path, SITE.format(until=2026, start=2028, evidence="0" * 64)
    )

    assert (fault.code, fault.line) == ("wrong-value", 5)
    assert "`until` is not after `from`" in fault.message


def test_a_fault_of_an_item_of_a_set_is_told_where_the_file_has_it(
    tmp_path: Path,
) -> None:
    file = read(
        tmp_path,
        "people:\n- id: user:x\n  organisation: org:y\n  roles:\n"
        "  - zebra\n  - ant\n  - bee\n",
    )

    lines = [
        file.fault(("people", 0, "roles", number), "code", "wrong", "").line
        for number in range(3)
    ]

    assert file.declaration.people[0].roles == ("ant", "bee", "zebra")
    assert lines == [6, 7, 5]
