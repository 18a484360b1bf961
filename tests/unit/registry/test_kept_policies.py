"""A copy counts only if it is whole and has the digest that is on record."""

import os
import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError, RecordUnavailable, RingwallError
from ringwall.institute import Institute
from ringwall.registry import kept_policies
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import read_judge
from ringwall.registry.kept_policies import (
    KEPT_FOLDER,
    keep_copy,
    kept_folder,
    put_back,
    read_kept,
)
from tests.example import DENY_ROW, add_row, policy_file


def refusal(kind: type[RingwallError], code: str, *words: object) -> str:
    """Keep, read or put back; return the message with which it is refused."""
    call, *arguments = words
    assert callable(call)
    with pytest.raises(kind) as caught:
        call(*arguments)
    assert caught.value.code == code
    assert caught.value.next_step
    return caught.value.message


@pytest.fixture
def judge(institute: Institute) -> Judge:
    """Return what is on disk and in force."""
    return institute.judge()


def test_what_an_institute_is_founded_on_is_kept(
    institute: Institute, judge: Judge
) -> None:
    kept = read_kept(institute.folder, judge.digest, "two")

    assert kept.digest == judge.digest
    assert kept.concerns == judge.concerns
    assert kept_folder(institute.folder, judge.digest).parent.name == KEPT_FOLDER


def test_an_edit_is_kept_beside_what_was_kept_before(
    institute: Institute, judge: Judge
) -> None:
    add_row(institute, DENY_ROW)
    edited = institute.judge()
    hidden = institute.folder / "policies" / ".git"
    hidden.mkdir()
    (institute.folder / "policies" / "README.md").symlink_to("/etc/passwd")

    keep_copy(institute.folder, institute.folder, edited)

    assert read_kept(institute.folder, edited.digest, "two").digest == edited.digest
    assert read_kept(institute.folder, judge.digest, "two").digest == judge.digest
    copy = kept_folder(institute.folder, edited.digest) / "policies"
    assert not (copy / ".git").exists()
    assert not (copy / "README.md").exists()
    assert not list(copy.parent.parent.glob(".*"))


def test_a_damaged_copy_is_made_anew(institute: Institute, judge: Judge) -> None:
    place = kept_folder(institute.folder, judge.digest)
    (place / "policies" / "access" / "policy.csv").write_text("")

    keep_copy(institute.folder, institute.folder, judge)

    assert read_judge(place, "two").digest == judge.digest
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_what_changed_while_it_was_read_is_not_kept(
    institute: Institute, judge: Judge
) -> None:
    place = kept_folder(institute.folder, judge.digest)
    shutil.rmtree(place)
    add_row(institute, DENY_ROW)

    refusal(
        PolicyError,
        "policy-changed-meanwhile",
        *(keep_copy, institute.folder, institute.folder, judge),
    )
    assert not list(place.parent.iterdir())


def test_where_no_copy_can_be_written_none_is_taken_for_one(
    institute: Institute, judge: Judge
) -> None:
    shutil.rmtree(institute.folder / KEPT_FOLDER)
    (institute.folder / KEPT_FOLDER).write_text("in the way")

    refusal(
        RecordUnavailable,
        "policy-copy-unwritable",
        *(keep_copy, institute.folder, institute.folder, judge),
    )


def test_a_copy_with_another_digest_than_asked_for_is_refused(
    institute: Institute, judge: Judge
) -> None:
    add_row(institute, DENY_ROW)
    place = kept_folder(institute.folder, judge.digest)
    shutil.copy(policy_file(institute), place / "policies" / "access")

    message = refusal(
        PolicyError,
        "policy-copy-unusable",
        *(read_kept, institute.folder, judge.digest, "two"),
    )
    assert "another one" in message


def test_a_digest_that_shares_its_beginning_is_not_taken_for_the_other(
    institute: Institute, judge: Judge
) -> None:
    other = judge.digest[:16] + "0" * 48

    refusal(
        PolicyError,
        "policy-copy-unusable",
        *(read_kept, institute.folder, other, "two"),
    )


def test_without_a_copy_nothing_is_put_back(institute: Institute, judge: Judge) -> None:
    shutil.rmtree(institute.folder / KEPT_FOLDER)
    add_row(institute, DENY_ROW)
    before = policy_file(institute).read_bytes()

    refusal(PolicyError, "policy-copy-unusable", *(put_back, institute.folder, judge))
    assert policy_file(institute).read_bytes() == before


def test_what_is_in_force_is_put_back_file_by_file(
    institute: Institute, judge: Judge
) -> None:
    policies = institute.folder / "policies"
    add_row(institute, DENY_ROW)
    shutil.rmtree(policies / "eligibility")
    (policies / "extra").mkdir()
    (policies / "extra" / "policy.csv").write_text("p, x")
    (policies / ".git").mkdir()
    (institute.folder / "threat_models" / "notes.yaml").write_text("")

    changed = put_back(institute.folder, judge)

    assert institute.judge().digest == judge.digest
    assert {name.split("/")[1] for name in changed} == {
        *("access", "eligibility", "extra", "notes.yaml"),
    }
    assert (policies / ".git").is_dir()
    assert not (policies / "extra").exists()
    assert put_back(institute.folder, judge) == ()


def test_what_stands_in_the_way_of_what_is_in_force_is_told(
    institute: Institute, judge: Judge
) -> None:
    (institute.folder / "policies" / "stranger").symlink_to("/etc")

    refusal(PolicyError, "policy-not-restored", *(put_back, institute.folder, judge))


def test_a_disk_that_can_not_be_written_is_told(
    institute: Institute, judge: Judge
) -> None:
    shutil.rmtree(institute.folder / "policies" / "access")
    (institute.folder / "policies" / "access").write_text("in the way")

    refusal(
        RecordUnavailable, "policy-unwritable", *(put_back, institute.folder, judge)
    )


def test_links_and_pipes_are_not_copied(
    institute: Institute, judge: Judge, tmp_path: Path
) -> None:
    os.mkfifo(institute.folder / "policies" / "access" / "pipe")
    (institute.folder / "policies" / "access" / "link").symlink_to(tmp_path)

    names = [name for name, _ in kept_policies._files_of(institute.folder)]

    assert len(judge.concerns) <= len(names)
    assert not {"pipe", "link"} & {name.rpartition("/")[2] for name in names}
