"""A point shows itself with a key file that its owner alone may read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import ConfigurationError, IdentityUnproven
from ringwall.registry.point_keys import point_key_file, show_point
from ringwall.signing.ssh import check_ssh_signature, parse_public_key
from tests.property.grant_world import key_line, private_key

CHALLENGE = b'{"what":"point"}'


class Gate:
    """Checks an answer against one key, as the gate of a point does."""

    def __init__(self, key: str, point: str = "point:trainer") -> None:
        self.point = point
        self.shown = 0
        self._key = parse_public_key(key_line(key))

    def prove_point(self, sign: Callable[[bytes], str]) -> None:
        check_ssh_signature(CHALLENGE, sign(CHALLENGE), self._key)
        self.shown += 1


def put(path: Path, name: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(private_key(name))
    path.chmod(mode)
    return path


def test_the_key_below_the_institute_is_used(tmp_path: Path) -> None:
    put(point_key_file(tmp_path, "point:trainer"), "trainer")
    gate = Gate("trainer")
    show_point(gate, tmp_path)

    assert gate.shown == 1


def test_a_key_that_is_named_is_used_instead(tmp_path: Path) -> None:
    put(point_key_file(tmp_path, "point:trainer"), "another")
    gate = Gate("trainer")
    show_point(gate, tmp_path, put(tmp_path / "elsewhere", "trainer"))

    assert gate.shown == 1


@pytest.mark.parametrize("point", ["", "point:trainer"])
def test_without_a_key_at_hand_nothing_is_shown(tmp_path: Path, point: str) -> None:
    gate = Gate("trainer", point)
    show_point(gate, tmp_path)

    assert gate.shown == 0


def test_a_wrong_key_below_the_institute_leaves_it_to_the_decisions(
    tmp_path: Path,
) -> None:
    put(point_key_file(tmp_path, "point:trainer"), "mallory")
    gate = Gate("trainer")
    show_point(gate, tmp_path)

    assert gate.shown == 0


def test_a_wrong_key_that_is_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IdentityUnproven):
        show_point(Gate("trainer"), tmp_path, put(tmp_path / "key", "mallory"))


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    key = put(tmp_path / "key", "trainer", mode)
    with pytest.raises(ConfigurationError) as caught:
        show_point(Gate("trainer"), tmp_path, key)

    assert caught.value.code == "point-key-exposed"
    assert "chmod 600" in caught.value.next_step


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        show_point(Gate("trainer"), tmp_path, tmp_path / "nothing")

    assert caught.value.code == "file-missing"


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "key", "trainer")
    path.write_text("no key\n")
    with pytest.raises(ConfigurationError) as caught:
        show_point(Gate("trainer"), tmp_path, path)

    assert caught.value.code == "ssh-key-unusable"
