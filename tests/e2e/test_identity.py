"""Who asks is proven on the command line, with real keys and real tokens."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from ringwall.institute import Institute
from ringwall.registry.declaration_file import read_declarations
from tests.e2e.proving import ASKED, EXAMPLE, new_key, sign, token
from tests.e2e.running import FILES, PROGRAM, ROOT, Done, Ringwall, set_stdin
from tests.example import apply
from tests.office import private_key

HERE = Path()
DAY = 24 * 3600


def codes(done: Done) -> list[str]:
    return [reason["code"] for reason in done.json()["context"]["reasons"]]


def refused(proven: Ringwall) -> list[str]:
    """Return the codes of the refusals on record, the newest first."""
    rows = proven("audit", "ls", "--kind", "proof.refused", "--format", "json").json()
    return [row["what"].rpartition(": ")[2] for row in rows]


def opened(proven: Ringwall) -> list[str]:
    """Return the ids of the sessions on record."""
    rows = proven("audit", "ls", "--kind", "session.opened", "--format", "json").json()
    return [row["id"] for row in rows]


def test_the_example_is_taken_as_it_is_and_nobody_is_believed(
    example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "institute"
    shutil.copytree(example, folder)
    strict = tmp_path / "organisations.yaml"
    text = Path(FILES[0]).read_text()
    strict.write_text(text.replace("    identity: claimed\n", ""))
    names = [EXAMPLE / f"{name}.yaml" for name in ("people", "points", "providers")]

    apply(Institute(folder), read_declarations([strict, *names]))

    facts = Institute(folder).facts()
    assert facts.institute.identity == "proven"
    assert facts.holders_of("idp:campus", "00u-ada") == ("user:ada",)


def test_a_word_is_a_recorded_deny_and_exits_5(proven: Ringwall) -> None:
    done = proven.table(*ASKED, "--authn", "hardware-fresh")

    assert done.code == 5
    assert done.err == ""
    assert "reason   identity-unproven: " in done.out
    assert "to pass  show who asks: --key, --session or --token" in done.out
    assert proven("why", "last").json()["context"]["session"] == ""


def test_a_caller_is_told_to_show_who_they_are(proven: Ringwall) -> None:
    done = proven.table(*ASKED, "--for-caller")

    assert done.code == 5
    assert "to pass  show who you are" in done.out


def test_a_key_at_hand_signs_for_this_one_question(proven: Ringwall) -> None:
    done = proven(*ASKED, "--key", "ada.key")

    context = done.json()["context"]
    assert (done.code, done.err) == (0, "")
    assert context["request"]["authn"] == "hardware-fresh"
    assert opened(proven) == [context["session"]]
    assert f"session  {context['session']}" in proven.table("why", "last").out
    row = proven("why", "last", "--format", "csv").csv()[0]
    assert row["session"] == context["session"]


def test_a_key_that_is_in_no_device_shows_less(proven: Ringwall) -> None:
    done = proven(*ASKED, "--key", "laptop.key")

    assert done.code == 1
    assert done.json()["context"]["request"]["authn"] == "mfa"
    assert "authentication-insufficient" in codes(done)


def test_a_key_with_a_passphrase_is_opened_by_a_file(proven: Ringwall) -> None:
    Path("locked.key").write_bytes(private_key("laptop", b"over the sea"))
    Path("phrase").write_text("over the sea\n")

    locked = proven(*ASKED, "--key", "locked.key")
    unlocked = proven(*ASKED, "--key", "locked.key", "--passphrase-file", "phrase")

    assert (locked.code, locked.error()["code"]) == (3, "ssh-key-unusable")
    assert unlocked.json()["context"]["request"]["authn"] == "mfa"


def test_a_statement_is_signed_elsewhere_and_opens_one_session(
    proven: Ringwall,
) -> None:
    words = ("--subject", "user:ada", "--via", "point:trainer")
    assert proven("session", "new", "session.json", *words).code == 0
    sign(Path("session.json"), Path("ada.key"))

    done = proven(*ASKED, "--session", "session.json")
    again = proven(*ASKED, "--session", "session.json")

    assert done.code == 0
    assert again.code == 5
    assert again.error()["code"] == "token-replayed"
    assert again.error()["next"].startswith("sign in again")
    assert refused(proven) == ["token-replayed"]
    assert len(opened(proven)) == 1


def test_a_statement_without_its_signature_is_misuse(proven: Ringwall) -> None:
    words = ("--subject", "user:ada", "--via", "point:trainer")
    proven("session", "new", "session.json", *words)

    done = proven.table(*ASKED, "--session", "session.json")

    assert done.code == 2
    assert "`session.json.sig` can't be read" in done.err


def test_a_token_is_taken_from_a_file_and_from_stdin(
    proven: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_file = proven(*ASKED, "--token", token(HERE))
    set_stdin(monkeypatch, token(HERE).read_bytes())
    from_stdin = proven(*ASKED, "--token", "-")

    assert (from_file.code, from_stdin.code) == (0, 0)
    assert from_stdin.json()["context"]["request"]["authn"] == "hardware-fresh"
    assert len(opened(proven)) == 2


def test_what_a_token_does_not_show_is_not_there(proven: Ringwall) -> None:
    done = proven(*ASKED, "--token", token(HERE, acr="unheard-of"))

    assert done.code == 1
    assert done.json()["context"]["request"]["authn"] == "password"


def test_a_token_opens_one_session(proven: Ringwall) -> None:
    used = token(HERE)
    assert proven(*ASKED, "--token", used).code == 0

    done = proven(*ASKED, "--token", used)

    assert (done.code, done.out) == (5, "")
    assert done.error()["code"] == "token-replayed"
    assert refused(proven) == ["token-replayed"]


def forged() -> Path:
    return token(HERE, key=OKPKey.generate_key("Ed25519"))


def late() -> Path:
    issued = int(Path("ada.key").stat().st_mtime) - DAY
    return token(HERE, iat=issued, auth_time=issued, exp=issued + 600)


def cut() -> Path:
    path = token(HERE)
    path.write_text(path.read_text()[:-30])
    return path


def strange() -> Path:
    path = token(HERE)
    path.write_bytes(b"\xff\xfe" + path.read_bytes())
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (forged, "token-forged"),
        (late, "token-expired"),
        (cut, "token-forged"),
        (strange, "token-malformed"),
        (lambda: token(HERE, aud="payroll"), "token-foreign"),
        (lambda: token(HERE, iss="https://elsewhere.example"), "token-foreign"),
        (lambda: token(HERE, sub="00u-alan"), "login-unknown"),
        (lambda: token(HERE, jti=None), "token-without-nonce"),
    ],
)
def test_each_false_token_exits_5_under_its_own_code_on_record(
    proven: Ringwall, make: Callable[[], Path], code: str
) -> None:
    done = proven(*ASKED, "--token", make())

    assert (done.code, done.out) == (5, "")
    assert done.error()["code"] == code
    assert done.error()["next"]
    assert refused(proven) == [code]
    assert opened(proven) == []


def test_the_key_of_somebody_else_is_no_proof(proven: Ringwall) -> None:
    new_key(Path("mallory.key"))

    done = proven(*ASKED, "--key", "mallory.key")

    assert (done.code, done.error()["code"]) == (5, "key-unknown")
    assert refused(proven) == ["key-unknown"]


def test_a_statement_for_another_point_is_no_proof_here(proven: Ringwall) -> None:
    words = ("--subject", "user:ada", "--via", "point:vault-desk")
    proven("session", "new", "session.json", *words)
    sign(Path("session.json"), Path("ada.key"))

    done = proven(*ASKED, "--session", "session.json")

    assert (done.code, done.error()["code"]) == (5, "session-foreign")
    assert refused(proven) == ["session-foreign"]


def test_a_point_without_its_key_denies_whoever_asks(proven: Ringwall) -> None:
    Path("keys/points/trainer").unlink()

    done = proven.table(*ASKED, "--key", "ada.key")

    assert done.code == 5
    assert "reason   point-unproven: " in done.out
    assert "`keys/points/` of the institute" in " ".join(done.out.split())
    assert refused(proven) == []


def test_the_key_of_another_point_is_refused_on_record(proven: Ringwall) -> None:
    path = Path("keys/points/trainer")
    path.unlink()
    new_key(path)

    done = proven(*ASKED, "--key", "ada.key")

    assert done.code == 5
    assert codes(done) == ["point-unproven"]
    assert refused(proven) == ["signature-foreign"]


def test_the_key_of_a_point_that_others_may_read_is_not_used(proven: Ringwall) -> None:
    Path("keys/points/trainer").chmod(0o644)

    done = proven(*ASKED, "--key", "ada.key")

    assert (done.code, done.error()["code"]) == (3, "point-key-exposed")
    assert "chmod 600" in done.error()["next"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--key", "a", "--token", "b"], "give one of --token, --session or --key"),
        (["--session", "a", "--token", "b"], "give one of"),
        (["--token", "a", "--authn", "mfa"], "leave --authn out"),
        (["--token", "a", "--passphrase-file", "b"], "goes with --key"),
    ],
)
def test_ways_that_do_not_go_together_are_misuse(
    proven: Ringwall, words: list[str], message: str
) -> None:
    done = proven.table(*ASKED, *words)

    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_where_words_will_do_that_is_said_to_people_and_a_proof_still_counts(
    ringwall: Ringwall,
) -> None:
    claimed = [*ASKED, "--authn", "hardware-fresh"]

    assert "identity: claimed" in ringwall.table(*claimed).err
    assert ringwall(*claimed).err == ""
    assert ringwall.table(*claimed, "--for-caller").err == ""
    false = ringwall(*ASKED, "--token", token(HERE))
    assert (false.code, false.error()["code"]) == (5, "token-foreign")


def test_the_readme_of_the_example_does_what_it_says(tmp_path: Path) -> None:
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```\n", readme, re.MULTILINE | re.DOTALL)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(blocks)],
        cwd=tmp_path,
        env={"PATH": f"{Path(PROGRAM).parent}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"decision": true') == 2
    assert done.stdout.count('"authn": "hardware-fresh"') == 2
