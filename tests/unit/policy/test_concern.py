import pytest

from ringwall.policy.reader import digest_files
from tests.conformance.policy_vectors import base_files
from tests.unit.policy.sample import sample


def test_concern_holds_what_its_files_say() -> None:
    concern = sample()

    assert concern.name == "base"
    assert [rule.id for rule in concern.rules][::4] == ["row-001", "row-900"]
    assert list(concern.relations) == ["g"]
    assert concern.relations["g"].words.values == ("junior", "senior", "guest")
    assert concern.relations["g"].includes["senior"] == {"senior", "junior"}
    assert concern.separations == ()
    assert concern.digest == digest_files(base_files())


def test_concern_can_not_be_changed() -> None:
    concern = sample()

    with pytest.raises(AttributeError):
        concern.name = "other"  # type: ignore[misc]  # that it is frozen is the point
    with pytest.raises(TypeError):
        concern.files["policy.csv"] = b""  # type: ignore[index]  # that it is frozen is the point
