"""`session new`: the statement that a subject signs to open a session."""

from pathlib import Path

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.base.clock import parse_instant
from ringwall.institute import Institute
from tests.e2e.proving import ASKED, sign
from tests.e2e.running import Ringwall
from tests.example import size_of

WORDS = ["session", "new", "session.json", "--subject", "user:ada"]
NEW = [*WORDS, "--via", "point:trainer"]


def test_a_statement_says_who_where_and_how_long(proven: Ringwall) -> None:
    before = size_of(Institute(Path()))
    done = proven(*NEW, "--hours", "3")

    said = load_canonical(Path("session.json").read_bytes())
    assert done.code == 0
    assert (said["what"], said["subject"]) == ("session", "user:ada")
    assert (said["point"], said["origin"]) == ("point:trainer", "example.org/log")
    hours = (parse_instant(said["until"]) - parse_instant(said["at"])) / 3.6e9
    assert hours == 3
    assert Path("session.json").stat().st_mode & 0o077 == 0
    assert size_of(Institute(Path())) == before


def test_it_says_how_to_sign_and_how_to_ask(proven: Ringwall) -> None:
    done = proven(*NEW)

    assert "next: ssh-keygen -Y sign -n ringwall -f KEY session.json" in done.err
    shown = " ".join(done.err.split())
    assert "then: ringwall check --session session.json --subject user:ada" in shown


def test_each_statement_is_another(proven: Ringwall) -> None:
    proven(*NEW)
    first = Path("session.json").read_bytes()
    assert proven(*NEW).code == 3
    Path("session.json").unlink()
    proven(*NEW)

    assert Path("session.json").read_bytes() != first


def test_one_that_is_for_one_question_is_for_no_other(proven: Ringwall) -> None:
    only = ("--action", "weights.infer", "--asset", "weights:aurora-2")
    done = proven(*NEW, *only)
    sign(Path("session.json"), Path("ada.key"))

    other = proven.table(*ASKED, "--session", "session.json")

    assert "--action weights.infer" in " ".join(done.err.split())
    assert other.code == 5
    assert "reason   identity-other-action: " in other.out
    assert "to pass  sign a statement for this action and asset" in other.out


def test_the_settings_name_the_point(proven: Ringwall) -> None:
    with Path("ringwall.toml").open("a") as settings:
        settings.write('point = "point:trainer"\n')

    assert proven(*WORDS).code == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["session", "new", "s.json"], "usage", "missing --subject, --via"),
        (WORDS, "usage", "missing --via"),
        ([*NEW, "--action", "weights.read"], "usage", "go together"),
        ([*NEW, "--subject", "user:adda"], "unknown-subject", "`user:adda`"),
        ([*NEW, "--subject", "point:trainer"], "unknown-subject", "on record"),
        ([*NEW, "--via", "point:nowhere"], "unknown-point", "`point:nowhere`"),
        ([*NEW, "--via", "user:ada"], "unknown-point", "on record"),
        (
            [*NEW, "--action", "read", "--asset", "weights:x"],
            "request-malformed",
            "read",
        ),
    ],
)
def test_a_statement_that_nobody_could_use_is_not_written(
    proven: Ringwall,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: str,
    message: str,
) -> None:
    monkeypatch.setenv("RINGWALL_FORMAT", "json")
    done = proven(*words)

    assert done.code == 2
    assert done.error()["code"] == code
    assert message in done.error()["message"]
    assert not Path("session.json").exists()
