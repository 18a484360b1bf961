import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, DeclarationError
from ringwall.raid import rulebook
from ringwall.raid.queue.capacity import Capacity, read_capacity
from ringwall.raid.rule_files import RULE_FILES, digest_of, read_files
from ringwall.raid.rulebook import read_rulebook
from ringwall.shipped import shipped_path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the shipped rules."""
    return shutil.copytree(shipped_path("raid"), tmp_path / "raid")


def test_the_shipped_rules_have_all_parts_under_one_digest(rules: Path) -> None:
    book = read_rulebook(rules)

    assert book.digest == digest_of(read_files(rules))
    assert len(book.triage.main) == 1344
    assert book.clocks.rules
    assert book.routes.routes
    assert book.capacity.people == 10


def test_each_class_of_the_tables_has_hours_in_the_capacity(rules: Path) -> None:
    book = read_rulebook(rules)

    assert book.triage.points["class"].all <= book.capacity.classes.keys()


def test_every_fault_of_every_part_is_told_at_once(rules: Path) -> None:
    for name in ("triage/main.csv", "clocks/rules.csv", "routes/routes.csv"):
        (rules / name).write_text("nothing\n")
    (rules / "desk" / "capacity.yaml").write_text("people: many\n")

    with pytest.raises(DeclarationError) as caught:
        read_rulebook(rules)

    assert caught.value.code == "raid-rules-refused"
    told = " ".join(fault.file for fault in caught.value.faults)
    for part in ("main.csv", "rules.csv", "routes.csv", "capacity.yaml"):
        assert part in told


def test_one_fault_is_one(rules: Path) -> None:
    text = (rules / "desk" / "capacity.yaml").read_text()
    (rules / "desk" / "capacity.yaml").write_text(
        text.replace("people: 10", "people: -1")
    )

    with pytest.raises(DeclarationError, match=r"have 1 fault$"):
        read_rulebook(rules)


def test_rules_that_are_changed_while_they_are_read_are_refused(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moving(folder: Path) -> Capacity:
        found = read_capacity(folder)
        path = folder / "capacity.yaml"
        path.write_text(path.read_text() + "# a note\n")
        return found

    monkeypatch.setattr(rulebook, "read_capacity", moving)

    with pytest.raises(DeclarationError) as caught:
        read_rulebook(rules)
    assert caught.value.code == "raid-rules-moved"


def test_a_part_refused_without_faults_is_one_fault(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(error: Exception) -> Callable[[Path], Capacity]:
        def read(_: Path) -> Capacity:
            raise error

        return read

    bare = DeclarationError("yaml-refused", "it is no YAML")
    monkeypatch.setattr(rulebook, "read_capacity", refusing(bare))
    with pytest.raises(DeclarationError) as caught:
        read_rulebook(rules)
    [fault] = caught.value.faults
    assert (fault.file, fault.code) == ("desk", "yaml-refused")

    other = ConfigurationError("installation-incomplete", "no zones")
    monkeypatch.setattr(rulebook, "read_capacity", refusing(other))
    with pytest.raises(ConfigurationError):
        read_rulebook(rules)


def test_a_file_that_nobody_reads_is_refused_by_its_name(rules: Path) -> None:
    (rules / "triage" / "evil.csv").write_text("id\n")

    with pytest.raises(DeclarationError) as caught:
        read_rulebook(rules)

    [fault] = caught.value.faults
    assert (fault.file, fault.code) == ("triage/evil.csv", "unknown-file")


def test_the_files_that_are_read_are_those_that_are_shipped(rules: Path) -> None:
    # Who the custodians are, an institute says for itself.
    assert read_files(rules).keys() | {"desk/custodians.yaml"} == RULE_FILES
