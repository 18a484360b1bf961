"""Planted reporters: whatever is done at the desk, who they are is found nowhere.

`python -m benchmarks.raid_planted` plays the same by the thousand.
"""

import base64
import bz2
import gzip
import hashlib
import lzma
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

import pytest

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import RingwallError
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.identity import NOBODY, Identity
from tests.planted_desk import at_desk
from tests.planted_hits import hits_in
from tests.planted_play import play
from tests.planting import GUESSES, guessed, guesses, plant, search_for
from tests.raid_office import RaidOffice, report_document, who
from tests.shield_office import asked, passing, shield
from tests.shielded import MARY
from tests.step_count import steps_of
from tests.traces import Net, Search

HISTORIES = 16
SEED = 20261123
PEOPLE: Final = [plant(Random(f"{SEED} {number}")) for number in range(HISTORIES)]
ONE: Final = PEOPLE[7]
NOISE: Final = Random(SEED).randbytes(9000)
_NO_HEADER: Final = -15
# Their steps follow how long the log is, which everybody may know: when it is signed,
# and when ids are drawn in store.
_OF_THE_LOG: Final = (
    *("ringwall.tlog.", "ringwall.ledger.", "ringwall.signing."),
    "ringwall.gate.ids",
)


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _NO_HEADER)
    return packer.compress(data) + packer.flush()


def _zipped(data: bytes) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", data)
    return into.getvalue()


def _each(form: str) -> Callable[[bytes], bytes]:
    return lambda data: "".join(form.format(byte) for byte in data).encode()


def _after(skip: int, code: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: code(b"x" * skip + data)


DISGUISES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "plain": lambda data: data,
    "upper": bytes.upper,
    "lower": bytes.lower,
    "without blanks": lambda data: data.replace(b" ", b""),
    "underscores": lambda data: data.replace(b" ", b"_"),
    "backwards": lambda data: data[::-1],
    "utf-16": lambda data: data.decode().encode("utf-16-le"),
    "utf-16, big": lambda data: data.decode().encode("utf-16-be"),
    **{f"base64, {skip}": _after(skip, base64.b64encode) for skip in range(3)},
    "base64, for URLs": base64.urlsafe_b64encode,
    "base64, twice": lambda data: base64.b64encode(base64.b64encode(data)),
    **{f"base32, {skip}": _after(skip, base64.b32encode) for skip in range(5)},
    "hex": lambda data: data.hex().encode(),
    "hex, upper": lambda data: data.hex().upper().encode(),
    "percent": _each("%{:02X}"),
    "quoted-printable": _each("={:02X}"),
    "of JSON": _each("\\u{:04x}"),
    "of XML": _each("&#x{:02x};"),
    "zlib": zlib.compress,
    "zlib, stored": lambda data: zlib.compress(data, 0),
    "gzip": gzip.compress,
    "deflate": _raw_deflate,
    "zip": _zipped,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "gzip in base64": lambda data: base64.b64encode(gzip.compress(data)),
    "utf-16 in hex": lambda data: data.decode().encode("utf-16-le").hex().encode(),
    "gzip, twice": lambda data: gzip.compress(gzip.compress(data)),
}
HASHED: Final = ("sha256", "sha1", "md5", "sha512", "sha3_256", "blake2b", "blake2s")
WRITTEN: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "raw": lambda digest: digest,
    "hex": lambda digest: digest.hex().encode(),
    "hex, cut short": lambda digest: digest.hex()[:20].encode(),
    "base64": base64.b64encode,
}


@pytest.fixture(scope="module")
def search() -> Search:
    return search_for(PEOPLE)


@pytest.fixture(scope="module")
def tried() -> Net:
    """What digests of 100,000 addresses begin with."""
    return guessed(guesses(PEOPLE, Random(SEED), GUESSES))


def _hidden(data: bytes, before: int) -> bytes:
    return NOISE[: 4000 + before] + b'{"a":"' + data + b'"}' + NOISE[4000:]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_leak_is_found_in_any_disguise(search: Search, disguise: str) -> None:
    texts = (ONE.name, ONE.family, ONE.mail, ONE.phone, ONE.place)
    for before, text in enumerate(texts):
        leak = DISGUISES[disguise](text.encode())

        hits = search.hits("a file", _hidden(leak, before))

        assert {hit.what for hit in hits} == {ONE.name}, (disguise, text)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("name", HASHED)
def test_a_digest_is_found_as_it_may_be_written(
    search: Search, name: str, written: str
) -> None:
    for text in (ONE.name, ONE.mail, ONE.mail.upper(), ONE.phone, ONE.family):
        leak = WRITTEN[written](hashlib.new(name, text.encode()).digest())

        hits = search.hits("a file", _hidden(leak, 0))

        assert {hit.what for hit in hits} == {ONE.name}, text


def test_a_digest_of_a_guess_is_found_among_100_000(tried: Net) -> None:
    addresses = guesses(PEOPLE, Random(SEED), GUESSES)
    assert len(set(addresses)) == GUESSES

    for address in (addresses[0], addresses[-1]):
        leak = hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
        [(_, what)] = tried.found(b"\x00" * 3 + bytes.fromhex(leak))
        assert what == address
    assert list(tried.found(NOISE)) == []


def test_where_nothing_leaks_nothing_is_found(search: Search) -> None:
    other = plant(Random("somebody else"))
    for disguise in DISGUISES.values():
        assert search.hits("a file", _hidden(disguise(other.name.encode()), 0)) == []


def test_a_leak_at_the_desk_is_found_wherever_it_is(raid_office: RaidOffice) -> None:
    """What is said in a report is no secret, and reaches the log: so does a leak."""
    with at_desk(raid_office) as desk:
        played = play(desk, raid_office, PEOPLE[:1], Random(SEED))
        assert hits_in(raid_office.folder, played) == []
        told = base64.b64encode(b"by " + PEOPLE[0].mail.encode()).decode()
        document = report_document(title="Leaking", narrative=f"Sent on: {told}")
        desk.intake.hand_in(who("ruth"), document)

        hits = hits_in(raid_office.folder, played)

    places = {hit.where.partition("/")[0] for hit in hits}
    assert {"ledger.db-wal", "raid"} <= places
    assert {hit.what for hit in hits} == {PEOPLE[0].name}


def test_planted_reporters_are_found_nowhere(
    raid_office: RaidOffice, tried: Net
) -> None:
    with at_desk(raid_office) as desk:
        played = play(desk, raid_office, PEOPLE, Random(SEED))

        assert hits_in(raid_office.folder, played, tried) == []

    # Not a play in which nothing happens: boxes were opened, and acts refused.
    assert played.opened >= 2
    assert 0 < played.refused < played.acts
    boxes = list((raid_office.folder / "raid/boxes").rglob("*.json"))
    assert len({path.stat().st_size for path in boxes}) == 1
    assert {path.stat().st_mtime for path in boxes} == {0}


def _sizes(folder: Path) -> dict[str, list[int]]:
    """Return how large files are, by folder: their names are drawn."""
    found: dict[str, list[int]] = {}
    for path in sorted((folder / "raid").rglob("*")):
        if path.is_file():
            place = path.relative_to(folder).parts[1]
            found.setdefault(place, []).append(path.stat().st_size)
    return {place: sorted(sizes) for place, sizes in found.items()}


def _document(chance: Random) -> dict[str, object]:
    words = ["".join(chance.choices("bcdfgaeiou", k=7)) for _ in range(30)]
    return report_document(title=words[0], narrative=" ".join(words))


def test_nothing_has_another_size_for_somebody_than_for_nobody(
    raid_office: RaidOffice,
) -> None:
    shield(raid_office)
    chance, made = Random(SEED), []
    with raid_office.raid() as desk:
        for identity in (MARY, NOBODY, PEOPLE[0].identity, NOBODY):
            before = _sizes(raid_office.folder)
            desk.intake.hand_in(who("ruth"), _document(chance), identity)
            after = _sizes(raid_office.folder)
            event = raid_office.events("raid.report")[-1]
            grown = {
                place: sum(sizes) - sum(before.get(place, []))
                for place, sizes in after.items()
                if not place.startswith("alike")
            }
            made.append((len(dump_canonical(event)), grown))

    assert made[0][1]["boxes"] > 0
    assert all(one == made[0] for one in made)


def _steps(act: Callable[[], object]) -> Counter[str]:
    """Return how often each step was taken: their order follows drawn ids."""
    return Counter(one for one in steps_of(act) if not one.startswith(_OF_THE_LOG))


def test_each_step_is_the_same_for_somebody_as_for_nobody(
    raid_office: RaidOffice,
) -> None:
    shield(raid_office)
    with raid_office.raid() as desk:
        # Once without counting: what is read on first use is no step of the second.
        _, first, second, third = [
            _identity_acts(desk, identity) for identity in (MARY, MARY, NOBODY, MARY)
        ]

    assert first.keys() == {"ask", "vote", "refuse", "fetch", "erase"}
    assert all(steps.total() > 500 for steps in first.values())
    assert first == third
    assert first == second


def test_to_hand_in_takes_the_same_steps_for_somebody_as_for_nobody(
    raid_office: RaidOffice, tmp_path: Path
) -> None:
    shield(raid_office)
    taken: list[Counter[str]] = []
    for number, identity in enumerate((MARY, NOBODY, MARY)):
        folder = tmp_path / f"copy-{number}" / "institute"
        shutil.copytree(raid_office.folder, folder)
        office = RaidOffice(folder)
        chance = Random(SEED)
        with office.raid() as desk:
            desk.intake.hand_in(who("ruth"), _document(chance), NOBODY)
            document = _document(chance)
            act = partial(desk.intake.hand_in, who("ruth"), document, identity)
            steps = _steps(act)
        office.close()
        # To write down a name takes a few appends to a list, before it is sealed.
        del steps["ringwall.base.canonical > list.append"]
        taken.append(steps)

    # The first one also reads what is read once.
    assert taken[0].total() > 500
    assert taken[1] == taken[2]


def _identity_acts(desk: RaidDesk, identity: Identity) -> dict[str, Counter[str]]:
    """Return the steps of what may be done about who sent a report."""
    report = desk.intake.hand_in(who("ruth"), report_document(), identity).taken.report
    requests: list[str] = []
    steps = {"ask": _steps(lambda: requests.append(asked(desk, report)))}
    [name] = requests
    for number in (1, 2, 3):
        custodian = who(f"custodian-{number}")
        share = passing(number)
        steps["vote"] = _steps(
            lambda: desk.identities.vote(custodian, name, share)  # noqa: B023 - at once
        )
    steps["fetch"] = _steps(lambda: desk.identities.fetch(who("joan"), name))
    other = asked(desk, report)
    steps["refuse"] = _steps(
        lambda: desk.identities.refuse(who("custodian-1"), other, "no law says so")
    )
    steps["erase"] = _steps(lambda: desk.erasing.erase(who("niels"), report, "asked"))
    return steps


def test_a_report_that_is_not_there_is_refused_as_one_that_is(
    raid_office: RaidOffice,
) -> None:
    shield(raid_office)
    with raid_office.raid() as desk:
        handed = desk.intake.hand_in(who("ruth"), report_document(), MARY)
        for name in ("ada", "ruth", "custodian-1"):
            told = []
            for report in (handed.taken.report, "report:r-aaaaaaaaaa"):
                with pytest.raises(RingwallError) as caught:
                    asked(desk, report, by=name)
                said = f"{caught.value.message} {caught.value.next_step}"
                told.append((caught.value.code, re.sub("dec-[a-z0-9]+", "-", said)))
            assert told[0] == told[1]
