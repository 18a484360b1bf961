"""The drawn state machines are those that the desk goes by."""

import re
from importlib.util import module_from_spec, spec_from_file_location

from tests.architecture.sources import ROOT


def test_the_document_is_what_the_tables_say() -> None:
    spec = spec_from_file_location("raid_states", ROOT / "tools" / "raid_states.py")
    assert spec is not None
    assert spec.loader is not None
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)

    written = (ROOT / "docs" / "raid-states.md").read_text("utf-8")
    assert written == tool.document(), "run `python tools/raid_states.py`"


def test_each_test_that_the_document_names_is_there() -> None:
    written = (ROOT / "docs" / "raid-states.md").read_text("utf-8")
    named = set(re.findall(r"`(test_[a-z_]+)`", written))
    files = (ROOT / "tests").rglob("test_*.py")
    there = {
        name
        for file in files
        for name in re.findall(r"^def (test_[a-z_]+)\(", file.read_text("utf-8"), re.M)
    }

    assert len(named) > 20
    assert named - there == set()
