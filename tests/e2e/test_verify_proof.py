"""The auditor's file stands alone and judges each proof as the library does."""

import ast
import base64
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import IntegrityError
from ringwall.signing import (
    CosigningKey,
    SigningKey,
    VerifierKey,
    encode_base64,
    format_vkey,
    sign_note,
)
from ringwall.tlog import (
    Checkpoint,
    ProofFile,
    check_proof_file,
    format_checkpoint,
    format_proof_file,
    inclusion_proof,
    parse_proof_file,
    sign_checkpoint,
)
from ringwall.tlog.cosignatures import cosign, open_cosignatures
from tests.oracle import merkle

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "verify_proof.py"

ORIGIN = "log.example/ringwall"
KEY = SigningKey(ORIGIN, bytes(range(32)))
FIRST = CosigningKey("witness.example/one", bytes(range(1, 33)))
SECOND = CosigningKey("witness.example/two", bytes(range(2, 34)))
VKEY = format_vkey(KEY.verifier())
WITNESSES = (format_vkey(FIRST.verifier()), format_vkey(SECOND.verifier()))
NOON = 1_795_262_400  # 2026-11-21T12:00:00Z

ENTRIES = [b'{"n":%d}' % number for number in range(30)]
ENTRIES[11] = '{"kind":"decision","who":"Zoë"}'.encode()
MTH = merkle.mth_of(ENTRIES)
HEAD = Checkpoint(ORIGIN, 30, MTH(0, 30))
NOTE = sign_checkpoint(HEAD, KEY)
COSIGNED = (
    NOTE
    + cosign(format_checkpoint(HEAD), FIRST, NOON)
    + cosign(format_checkpoint(HEAD), SECOND, 2**63 - 1)
)


def proof_of(index: int, note: bytes = COSIGNED, extra: bytes | None = None) -> bytes:
    """Return the proof file of an entry; without `extra` it brings the entry along."""
    hashes = inclusion_proof(
        index, 30, lambda level, place: MTH(place << level, (place + 1) << level)
    )
    brought = ENTRIES[index] if extra is None else extra
    return format_proof_file(ProofFile(index, hashes, note, brought))


PROOF = proof_of(11)


def load() -> ModuleType:
    """Return the program, loaded as the file it is."""
    spec = importlib.util.spec_from_file_location("verify_proof", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by its name.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


program = load()


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., int]:
    """Return what runs the program on the bytes of a proof."""
    file = tmp_path / "given.tlog-proof"

    def run(data: bytes, *options: str, vkey: str = VKEY) -> int:
        file.write_bytes(data)
        code: int = program.main([str(file), "--vkey", vkey, *options])
        return code

    return run


def program_accepts(data: bytes, witnesses: Sequence[CosigningKey] = ()) -> bool:
    """Return whether the program takes the proof under these keys."""
    vkeys = [format_vkey(key.verifier()) for key in witnesses]
    keys = [program.read_vkey(VKEY, program.LOG)]
    keys += [program.read_vkey(vkey, program.WITNESS) for vkey in vkeys]
    try:
        program.check(data, keys, ORIGIN, None)
    except (program.Refused, ValueError):
        return False
    return True


def witnessed_by(vkeys: Sequence[str]) -> list[str]:
    """Return the options that ask for these witnesses."""
    return [word for vkey in vkeys for word in ("--witness", vkey)]


def library_accepts(data: bytes, witnesses: Sequence[CosigningKey] = ()) -> bool:
    """Return whether the library takes the proof and finds all these witnesses."""
    asked = [key.verifier() for key in witnesses]
    try:
        proof = parse_proof_file(data)
        check_proof_file(proof, KEY.verifier(), ORIGIN)
        found = open_cosignatures(proof.note, asked)
    except IntegrityError:
        return False
    return {seen.name for seen in found} == {key.name for key in asked}


# --- what it is --------------------------------------------------------------


def test_it_is_short_and_needs_only_the_standard_library_and_cryptography() -> None:
    text = PROGRAM.read_text("utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert len(text.splitlines()) < 250
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_runs_by_itself_in_a_folder_of_its_own(tmp_path: Path) -> None:
    done = run_alone(tmp_path, "-I")

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"SHOWN: the entry is in the log\n")


def test_it_prints_where_only_ascii_can_be_shown(tmp_path: Path) -> None:
    done = run_alone(tmp_path)

    assert (done.returncode, done.stderr) == (0, b"")
    assert b'  |   "who": "Zo\\xeb"\n' in done.stdout


def run_alone(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Return what a copy of the program does as a process of its own."""
    (folder / "alone.py").write_bytes(PROGRAM.read_bytes())
    (folder / "one.tlog-proof").write_bytes(PROOF)
    words = [*options, "-W", "error", "alone.py", "one.tlog-proof", "--vkey", VKEY]
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )


# --- what it shows -----------------------------------------------------------


def test_it_prints_what_a_proof_shows(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(PROOF, *witnessed_by(WITNESSES)) == 0

    assert capsys.readouterr().out.splitlines() == [
        "SHOWN: the entry is in the log",
        "log      log.example/ringwall",
        "entry    11",
        "size     30",
        f"root     {encode_base64(HEAD.root)}",
        "signer   log.example/ringwall",
        "cosigner witness.example/one at 2026-11-21T12:00:00Z",
        "cosigner witness.example/two at 9223372036854775807 s after 1970",
        "content",
        "  | {",
        '  |   "kind": "decision",',
        '  |   "who": "Zoë"',
        "  | }",
    ]


def test_each_entry_of_a_log_is_shown(verify: Callable[..., int]) -> None:
    assert {verify(proof_of(index)) for index in range(30)} == {0}


def test_an_entry_may_be_given_apart(
    verify: Callable[..., int], tmp_path: Path
) -> None:
    leaf = tmp_path / "entry.json"
    leaf.write_bytes(ENTRIES[11])

    assert verify(proof_of(11, extra=b""), "--leaf", str(leaf)) == 0
    assert verify(proof_of(11, extra=b"misleading"), "--leaf", str(leaf)) == 0
    assert verify(proof_of(12), "--leaf", str(leaf)) == 6


def test_an_empty_entry_may_be_given_apart(
    verify: Callable[..., int], tmp_path: Path
) -> None:
    leaf = tmp_path / "empty"
    leaf.write_bytes(b"")
    head = Checkpoint(ORIGIN, 1, merkle.root([b""]))
    single = format_proof_file(ProofFile(0, (), sign_checkpoint(head, KEY)))

    assert verify(single, "--leaf", str(leaf)) == 0
    assert verify(single) == 6


def test_a_log_may_have_a_key_of_another_name(verify: Callable[..., int]) -> None:
    key = SigningKey("signer.example", bytes(32))
    proof = proof_of(11, sign_checkpoint(HEAD, key))
    vkey = format_vkey(key.verifier())

    assert verify(proof, "--origin", ORIGIN, vkey=vkey) == 0
    assert verify(proof, vkey=vkey) == 6
    assert verify(PROOF, "--origin", "another") == 6


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (b'{"a":"\x7f"}', ["  | {", '  |   "a": "\\x7f"', "  | }"]),
        (b'{"a":"\\u001b[2J"}', ["  | {", '  |   "a": "\\u001b[2J"', "  | }"]),
        (
            '{"a":"\u202e\x85"}'.encode(),
            ["  | {", '  |   "a": "\\u202e\\x85"', "  | }"],
        ),
        (b"\x1b]0;title\x07", ["  | \\x1b]0;title\\x07"]),
        (b"fine\rsigner   nobody", ["  | fine\\rsigner   nobody"]),
        (b"fine\nsigner   nobody", ["  | fine", "  | signer   nobody"]),
        (b"\xff\xfe", ["  | \\xff\\xfe"]),
        # What the layout would hide is shown as it stands.
        (b'{"a":1,"a":2}', ['  | {"a":1,"a":2}']),
        (b'{"a": 1}', ['  | {"a": 1}']),
        (b'{"a":1e999}', ['  | {"a":1e999}']),
        (b'{"a":"\\ud800"}', ['  | {"a":"\\ud800"}']),
        (b"[" * 20_000, ["  | " + "[" * 20_000]),
        (b"1" * 5_000, ["  | " + "1" * 5_000]),
    ],
)
def test_an_entry_can_not_steer_the_terminal_or_hide_anything(
    verify: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    entry: bytes,
    lines: list[str],
) -> None:
    head = Checkpoint(ORIGIN, 1, merkle.root([entry]))
    proof = format_proof_file(ProofFile(0, (), sign_checkpoint(head, KEY), entry))

    assert verify(proof) == 0

    printed = capsys.readouterr().out
    assert printed[:-1].split("\n")[7:] == lines
    assert all(line.isprintable() for line in printed.split("\n"))


# --- what it refuses ---------------------------------------------------------


def test_each_damaged_byte_is_judged_as_by_the_library() -> None:
    assert library_accepts(PROOF, [FIRST, SECOND])
    cosignatures = PROOF.index(NOTE) + len(NOTE)
    for place in range(len(PROOF)):
        damaged = bytearray(PROOF)
        damaged[place] ^= 1 << place % 7
        data = bytes(damaged)
        assert not library_accepts(data, [FIRST, SECOND])
        assert not program_accepts(data, [FIRST, SECOND])
        # Nobody asks for these keys here, so their lines count for nothing.
        accepted = library_accepts(data)
        assert program_accepts(data) is accepted
        assert not accepted or place >= cosignatures


@st.composite
def edits(draw: st.DrawFn) -> bytes:
    """Draw the bytes of the proof with one stretch of them replaced or doubled."""
    start = draw(st.integers(0, len(PROOF)))
    end = draw(st.integers(start, len(PROOF)) | st.just(start))
    noise = st.binary(max_size=6) | st.text("\nAB=/ 0\u2014", max_size=6).map(
        str.encode
    )
    middle = draw(noise | st.just(PROOF[start:end] * 2))
    return PROOF[:start] + middle + PROOF[end:]


@given(edits(), st.booleans())
def test_any_edit_is_judged_as_by_the_library(data: bytes, witnessed: bool) -> None:
    keys = [FIRST, SECOND] if witnessed else []

    assert program_accepts(data, keys) is library_accepts(data, keys)


LINE = NOTE[NOTE.rindex("\u2014".encode()) :]
COLLIDING = LINE.replace(ORIGIN.encode(), b"another.example")
ZERO = base64.b64encode(bytes(40)).decode()
UNKNOWN = f"\u2014 unknown.example {ZERO}\n".encode()


@pytest.mark.parametrize(
    ("data", "accepted"),
    [
        pytest.param(PROOF + UNKNOWN, True, id="an unknown key"),
        pytest.param(PROOF + COLLIDING, True, id="an unknown key of our id"),
        pytest.param(PROOF + UNKNOWN * 97, True, id="100 lines"),
        pytest.param(PROOF + UNKNOWN * 98, False, id="101 lines"),
        pytest.param(PROOF + LINE, False, id="the log signs twice"),
        pytest.param(PROOF[:-1], False, id="no last newline"),
        pytest.param(PROOF + b"\n", False, id="empty line after"),
        pytest.param(PROOF + b"x", False, id="byte after"),
        pytest.param(PROOF.replace(b"=\n", b"\n"), False, id="no padding"),
        pytest.param(PROOF.replace(b"\n", b"\r\n"), False, id="carriage returns"),
        pytest.param(b"\n" + PROOF, False, id="empty line before"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(PROOF.replace(b"index 11", b"index 12"), False, id="place"),
        pytest.param(PROOF.replace(b"index 11", b"index 011"), False, id="zero"),
        pytest.param(PROOF.replace(b"index 11", b"index 30"), False, id="beyond"),
        pytest.param(PROOF.replace(b"index 11\n", b""), False, id="no index"),
        pytest.param(PROOF.replace(b"extra ", b"extra  "), False, id="two spaces"),
        pytest.param(PROOF.replace(b"@v1", b"@v2"), False, id="version"),
        pytest.param(PROOF.replace(b"\n30\n", b"\n31\n"), False, id="size"),
        pytest.param(proof_of(11, extra=b""), False, id="no entry"),
        pytest.param(proof_of(11, extra=ENTRIES[12]), False, id="another entry"),
        pytest.param(proof_of(11, b"no note"), False, id="no note"),
        pytest.param(proof_of(11, sign_note("a\n", KEY)), False, id="no checkpoint"),
        pytest.param(
            proof_of(11, sign_note(f"{ORIGIN}\n30\nAAAA\n", KEY)), False, id="root"
        ),
        pytest.param(
            proof_of(11, sign_note(format_checkpoint(HEAD) + "more\n", KEY)),
            False,
            id="extension line",
        ),
        pytest.param(
            proof_of(11, sign_checkpoint(HEAD, SigningKey(ORIGIN, bytes(32)))),
            False,
            id="another key of the same name",
        ),
        pytest.param(
            proof_of(11, sign_checkpoint(Checkpoint("b", 30, HEAD.root), KEY)),
            False,
            id="another log",
        ),
        pytest.param(b"c" * 163_841, False, id="too large"),
    ],
)
def test_an_edited_proof_is_judged_as_by_the_library(
    verify: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    data: bytes,
    accepted: bool,
) -> None:
    assert library_accepts(data) is accepted
    assert verify(data) == (0 if accepted else 6)
    assert capsys.readouterr().out.startswith("SHOWN" if accepted else "NOT SHOWN: ")


def test_a_witness_that_was_asked_for_has_to_be_there_once(
    verify: Callable[..., int],
) -> None:
    first = cosign(format_checkpoint(HEAD), FIRST, NOON)
    later = cosign(format_checkpoint(HEAD), FIRST, NOON + 1)
    other = cosign(format_checkpoint(Checkpoint(ORIGIN, 31, HEAD.root)), FIRST, NOON)
    both = witnessed_by(WITNESSES)

    assert verify(proof_of(11, NOTE + first), *both[:2]) == 0
    assert verify(proof_of(11, NOTE), *both[:2]) == 6
    assert verify(proof_of(11, NOTE + first), *both) == 6
    assert verify(proof_of(11, NOTE + first + later), *both[:2]) == 6
    assert verify(proof_of(11, NOTE + other), *both[:2]) == 6


@pytest.mark.parametrize("second", [2**63, 2**64 - 1])
def test_a_cosignature_beyond_the_times_of_the_specification_is_refused(
    verify: Callable[..., int], second: int
) -> None:
    text = format_checkpoint(HEAD)
    made = FIRST._sign(f"cosignature/v1\ntime {second}\n{text}".encode())
    line = encode_base64(FIRST.verifier().key_id + second.to_bytes(8, "big") + made)
    data = proof_of(11, NOTE + f"\u2014 {FIRST.name} {line}\n".encode())

    assert not library_accepts(data, [FIRST])
    assert verify(data, *witnessed_by(WITNESSES[:1])) == 6


# --- options -----------------------------------------------------------------


def weak_vkeys() -> list[str]:
    """Return keys under which a signature would prove nothing."""
    p = 2**255 - 19
    y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    heights = [0, 1, p - 1, y8, p - y8, p, p + 1, 2**255 - 1]
    return [
        vkey_of(ORIGIN, b"\x01" + (height | sign << 255).to_bytes(32, "little"))
        for height in heights
        for sign in (0, 1)
    ]


def vkey_of(name: str, data: bytes) -> str:
    """Return the text of a key, whatever it holds."""
    seen = name.encode() + b"\n" + data
    ident = sha256(seen).hexdigest()[:8]
    return f"{name}+{ident}+{base64.b64encode(data).decode()}"


GOOD = b"\x01" + KEY.verifier().public


@pytest.mark.parametrize(
    "vkey",
    [
        *weak_vkeys(),
        "",
        "a+b",
        VKEY[:-1],
        VKEY + "\n",
        VKEY.upper(),
        VKEY.replace("log.", "LOG."),
        vkey_of("", GOOD),
        vkey_of("a b", GOOD),
        vkey_of("a\x07", GOOD),
        vkey_of(ORIGIN, GOOD[:-1]),
        vkey_of(ORIGIN, b"\x02" + GOOD[1:]),
        WITNESSES[0],
    ],
)
def test_a_key_that_is_none_is_an_unusable_option(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str], vkey: str
) -> None:
    assert vkey_of(ORIGIN, GOOD) == VKEY
    with pytest.raises(SystemExit) as caught:
        verify(PROOF, vkey=vkey)

    assert caught.value.code == 2
    shown = capsys.readouterr()
    assert "SHOWN" not in shown.out
    assert "unpack" not in shown.err
    said = "a key is NAME+8 hex digits+base64" in shown.err
    assert said is (vkey.count("+") < 2)


def test_a_key_that_did_not_sign_is_called_so(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    other = format_vkey(SigningKey(ORIGIN, bytes(32)).verifier())

    assert verify(PROOF, vkey=other) == 6
    told = capsys.readouterr().out
    assert told == f"NOT SHOWN: not signed by the key given, {ORIGIN}\n"
    assert verify(PROOF + LINE) == 6
    told = capsys.readouterr().out
    assert told == f"NOT SHOWN: signed twice by the key given, {ORIGIN}\n"


@pytest.mark.parametrize("line", ["\u2014", "\u2014 a", "\u2014 a AAAAAAAA b", "x y z"])
def test_a_line_that_is_no_signature_is_called_so(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert verify(PROOF + f"{line}\n".encode()) == 6

    assert "unpack" not in capsys.readouterr().out


def test_the_library_refuses_the_same_weak_keys() -> None:
    for vkey in weak_vkeys():
        public = base64.b64decode(vkey.split("+", 2)[2])[1:]
        with pytest.raises(ValueError, match="not a sound point"):
            VerifierKey(ORIGIN, public)


@pytest.mark.parametrize(
    "options",
    [
        ["--witness", VKEY],
        ["--witness", WITNESSES[0], "--witness", WITNESSES[0]],
        ["--witness", vkey_of("other.example", b"\x04" + KEY.verifier().public)],
        ["--leaf", "no/such/file"],
        ["--unknown"],
        ["another-file"],
    ],
)
def test_options_that_make_no_sense_are_refused(
    verify: Callable[..., int], options: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        verify(PROOF, *options)
    assert caught.value.code == 2


def test_a_file_that_is_not_there_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        program.main([str(tmp_path / "none"), "--vkey", VKEY])
    assert caught.value.code == 2
