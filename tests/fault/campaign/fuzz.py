"""Good notes, proofs, tiles, requests, policies, mutated: refused or saying the same.

Must never crash, nor believe what nobody signed. What is not signed may come to say
something else, but only in the one form that writing it again gives.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.record.disclosure_file import format_disclosures, parse_disclosures
from ringwall.record.proving import prove_entry, prove_growth
from ringwall.signing.cosigner_keys import (
    CosignerVerifier,
    CosigningKey,
    parse_cosigner_vkey,
)
from ringwall.signing.keys import SigningKey, format_vkey, parse_vkey
from ringwall.tlog.checkpoints import open_checkpoint
from ringwall.tlog.cosignatures import open_cosignatures
from ringwall.tlog.trust_policy_file import format_trust_policy, parse_trust_policy
from ringwall.tlog.witness import Witness
from ringwall.tlog.witness_request import format_request, parse_request
from tests.fault.campaign.logs import WITNESS, Log, rich_log
from tests.fault.campaign.outsider import (
    checked_proof,
    exported,
    proof_of,
    read_folder,
    reading,
    standalone,
)
from tests.fault.campaign.tally import Work
from tests.fault.ledger_simulator import AT, ORIGIN, OTHER_KEY

__all__ = ["fuzz_formats", "refuse_known"]

_TRIES = 2000
_P = 2**255 - 19
# The y of the eight points of small order, and what else encodes one.
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = (0, 1, _P - 1, _P, _P + 1, _Y8, _P - _Y8)


class _Format(NamedTuple):
    """Something that is read from outside.

    Attributes:
        name: what it is called in the report.
        good: the bytes of some good ones.
        read: returns what one says, or raises a RingwallError.
        is_signed: whether it can say nothing but what one of the good ones says.
        write: gives the bytes of what was read, for what is not signed.
    """

    name: str
    good: Sequence[bytes]
    read: Callable[[bytes], Any]
    is_signed: bool = True
    write: Callable[[Any], bytes] | None = None


def fuzz_formats(work: Work) -> None:
    """Mutate each format some thousand times."""
    tries = max(20, _TRIES * work.rounds // 1000)
    for one in _formats(rich_log(work.folder(), is_pruned=False), work):
        known = [one.read(data) for data in one.good]
        for _ in range(tries):
            changed = _mutated(work, one.good)
            _judge(work, one, known, changed)
        work.tell(one.name, tries, tries)


def _judge(work: Work, one: _Format, known: list[Any], changed: bytes) -> None:
    fault = f"mutated: {one.name}"
    try:
        said = one.read(changed)
    except RingwallError as error:
        work.tally.add(fault, f"refused: {error.code}")
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, a parser must not
        work.tally.mismatch(fault, f"{error!r} for {changed!r}")
        return
    if said in known:
        work.tally.add(fault, "says the same")
    elif one.is_signed:
        work.tally.mismatch(fault, f"believed {said!r:.300} of {changed!r}")
    elif one.write is not None and one.read(one.write(said)) == said:
        work.tally.add(fault, "another one, well formed; nobody signs these")
    else:
        work.tally.mismatch(fault, f"not what it says when written: {changed!r}")


def _mutated(work: Work, good: Sequence[bytes]) -> bytes:
    """Return one of the good ones, changed in one to three places."""
    chance = work.chance
    data = bytearray(chance.choice(good))
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 1, 2, 32, 200)))
        match chance.choice(("flip", "cut", "put", "double", "splice", "line")):
            case "flip" if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case "cut":
                del data[at:end]
            case "put":
                data[at:at] = chance.choice((b"\n", b" ", b"\0", b"=", b"\r\n", b"0"))
            case "double":
                data[at:at] = data[at:end]
            case "splice":
                other = chance.choice(good)
                data[at:] = other[chance.randrange(len(other) + 1) :]
            case "line":
                lines = bytes(data).split(b"\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                data = bytearray(b"\n".join(lines))
            case _:
                data += b"\n"
    return bytes(data)


def _formats(log: Log, work: Work) -> list[_Format]:
    return [*_notes(log), *_proofs(log), *_files(log, work), *_unsigned(log)]


def _stored_notes(log: Log) -> list[bytes]:
    """Return the last two checkpoints, of which the last is cosigned."""
    sizes = log.query("SELECT size FROM checkpoint ORDER BY size")[-2:]
    return [log.note(size) for (size,) in sizes]


def _notes(log: Log) -> list[_Format]:
    verifier, cosigner = OTHER_KEY.verifier(), WITNESS.verifier()
    witness = Witness(ORIGIN, verifier, WITNESS)
    notes = _stored_notes(log)
    request = prove_growth(reading(log), 0, notes[1]).file()
    return [
        _Format(
            "a checkpoint", notes, lambda data: open_checkpoint(data, verifier, ORIGIN)
        ),
        _Format(
            "a cosigned checkpoint", notes[1:], lambda data: _cosigned(data, cosigner)
        ),
        _Format(
            "a request to a witness, considered",
            [request],
            lambda data: witness.consider(None, parse_request(data), AT),
        ),
        _Format(
            "a key", [_text(OTHER_KEY)], lambda data: parse_vkey(data.decode("latin-1"))
        ),
    ]


def _proofs(log: Log) -> list[_Format]:
    proofs = [proof_of(log, index) for index in (0, 40, 63)]
    return [
        _Format("a `.tlog-proof`", proofs, checked_proof),
        _Format("a `.tlog-proof`, by `tools/verify_proof.py`", proofs, standalone),
    ]


def _files(log: Log, work: Work) -> list[_Format]:
    folder = exported(log, work.folder() / "tiles")
    bundle = next(name for name in folder if "entries" in name)
    tile = next(name for name in folder if name.startswith("tile/0"))
    return [
        _Format(name, [folder[file]], partial(_read_with, folder, file))
        for name, file in (("a tile", tile), ("a bundle", bundle))
    ]


def _read_with(folder: dict[str, bytes], name: str, data: bytes) -> object:
    return read_folder({**folder, name: data})


def _unsigned(log: Log) -> list[_Format]:
    notes = _stored_notes(log)
    growths = [prove_growth(reading(log), old, notes[1]) for old in (0, notes[0])]
    requests = [growth.file() for growth in growths]
    disclosures = format_disclosures(prove_entry(reading(log), 40).disclosures)
    return [
        _Format(name, good, read, False, write)
        for name, good, read, write in (
            ("a request to a witness", requests, parse_request, format_request),
            ("a trust policy", [_policy()], parse_trust_policy, format_trust_policy),
            (
                "a file of disclosures",
                [disclosures],
                parse_disclosures,
                format_disclosures,
            ),
        )
    ]


def _cosigned(note: bytes, cosigner: CosignerVerifier) -> object:
    """Return the cosignatures of a note; raises a RingwallError if there is none."""
    found = open_cosignatures(note, (cosigner,))
    if not found:
        raise IntegrityError("quorum-not-met", "nobody known has cosigned it")
    return found


def _text(key: SigningKey | CosigningKey) -> bytes:
    return format_vkey(key.verifier()).encode()


def _policy() -> bytes:
    return (
        f"log {_text(OTHER_KEY).decode()}\nwitness one {_text(WITNESS).decode()}\n"
        "group all 1 one\nquorum all\n"
    ).encode()


def refuse_known(work: Work) -> None:
    """Non-canonical base64, keys of small order, signatures that stand twice."""
    log = rich_log(work.folder(), is_pruned=False)
    verifier = OTHER_KEY.verifier()
    note, proof = log.newest(), proof_of(log, 40)
    for changed in _loose(note):
        _refused(
            work,
            "base64 that is not canonical, in a note",
            lambda: open_checkpoint(changed, verifier, ORIGIN),  # noqa: B023 - called at once
        )
    for changed in _loose(proof):
        for name, read in (("", checked_proof), (" (auditor's program)", standalone)):
            fault = f"base64 that is not canonical, in a proof{name}"
            _refused(work, fault, lambda: read(changed))  # noqa: B023 - called at once
    for y in _SMALL:
        for sign in (0, 1 << 255):
            public = (y | sign).to_bytes(32, "little")
            for kind, parse in ((b"\x01", parse_vkey), (b"\x04", parse_cosigner_vkey)):
                text = _vkey(kind + public)
                _refused(work, "a key of small order", lambda: parse(text))  # noqa: B023 - called at once
    line = note.partition(b"\n\n")[2].split(b"\n")[0] + b"\n"
    for place in (note + line, note + line * 2):
        _refused(
            work,
            "a signature that stands twice",
            lambda: open_checkpoint(place, verifier, ORIGIN),  # noqa: B023 - called at once
        )


def _refused(work: Work, fault: str, call: Callable[[], object]) -> None:
    try:
        call()
    except RingwallError as error:
        work.tally.add(fault, f"refused: {error.code}")
    except Exception as error:  # noqa: BLE001 - whatever it is, a parser must not
        work.tally.mismatch(fault, repr(error))
    else:
        work.tally.mismatch(fault, "accepted")


def _vkey(data: bytes) -> str:
    digest = hashlib.sha256(b"small.example\n" + data).digest()[:4]
    return f"small.example+{digest.hex()}+{base64.b64encode(data).decode()}"


def _loose(text: bytes) -> list[bytes]:
    """Return a text with each base64 in it written in ways that are not the one."""
    found: list[bytes] = []
    words = {w for line in text.split(b"\n") for w in line.split(b" ") if len(w) > 40}
    for word in sorted(words):
        if word.endswith(b"="):
            stem = word.rstrip(b"=")
            alphabet = (
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            )
            place = alphabet.index(stem[-1])
            last = alphabet[place ^ 1 : (place ^ 1) + 1]
            pad = word[len(stem) :]
            found += [text.replace(word, stem[:-1] + last + pad)]
            found += [text.replace(word, stem), text.replace(word, word + b"=")]
        spaced = word[:8] + b" " + word[8:]
        found += [text.replace(word, spaced), text.replace(word, word + b"====")]
    return found
