"""What the gate adds to opening a file: permit, key release, and each range of bytes.

The example institute on tmpfs where there is one, so that the ledger's flush costs next
to nothing; each open is recorded all the same. Beside it stand the decision alone and
the container opened without a gate. Rounds alternate; the figures are medians. Bar: a
permit and the release of its key cost 2 ms a file at most.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from ringwall.gate.asker import Who
from ringwall.institute import Gatekeeper, Institute
from ringwall.registry.declaration_file import read_declarations

BAR: Final = 2.0
ROUNDS: Final = 200
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a tmpfs, so that no disk is measured
ASSET: Final = "weights:aurora-2"
READER: Final[Who] = {"subject": "user:ada", "authn": "hardware-fresh"}
CUSTODIAN: Final[Who] = {"subject": "user:dennis", "authn": "hardware-fresh"}
BYTES: Final = 64 * 1024
RANGE: Final = 4096

_DECLARED: Final = ("organisations", "people", "services", "sites", "assets")
_EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "institute"


def institute_in(folder: Path) -> Gatekeeper:
    """Return the gate of a small institute that has a sealed file and a config."""
    institute = Institute.create(folder / "institute")
    files = [_EXAMPLE / f"{name}.yaml" for name in _DECLARED]
    with closing(institute.registry()) as desk:
        desk.apply(read_declarations(files))
    gate = Gatekeeper.open(folder / "institute", point="point:vault-desk")
    plain = folder / "config.json"
    plain.write_bytes(bytes(BYTES))
    gate.vault.keyring.make("bench", "file")
    gate.vault.seal(plain, ASSET, key="bench", **CUSTODIAN)
    return gate


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long an act took."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e3


def measure(gate: Gatekeeper, rounds: int) -> dict[str, float]:
    """Return the medians of what is done to one file, in ms."""
    vault = gate.vault
    buffer = bytearray(RANGE)

    def opened() -> None:
        vault.open(ASSET, **READER).close()

    def decided() -> None:
        assert gate.check(
            subject="user:ada",
            action="weights.read",
            resource=ASSET,
            authn="hardware-fresh",
            amount=0,
        ).permitted

    took: dict[str, list[float]] = {"open": [], "decision": [], "range": []}
    for _ in range(rounds):
        took["open"].append(milliseconds(opened))
        took["decision"].append(milliseconds(decided))
        with vault.open(ASSET, ahead=0, **READER) as file:
            took["range"].append(milliseconds(lambda: file.read_into(0, buffer)))
    return {name: statistics.median(each) for name, each in took.items()}


def main() -> None:
    """Make the institute, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path, default=MEMORY, help="to work in")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(
            prefix="ringwall-bench-", dir=options.folder
        ) as scratch,
        institute_in(Path(scratch)) as gate,
    ):
        took = measure(gate, options.rounds)
    is_met = took["open"] <= BAR
    print(f"{'':<44}{'ms':>8}{'bar':>8}")
    told = "met" if is_met else "MISSED"
    name = "open: permit on record and key released"
    print(f"{name:<44}{took['open']:>8.2f}{BAR:>8.2f}  {told}")
    print(f"{'  of it a decision on record':<44}{took['decision']:>8.2f}")
    print(f"{'a range of 4 KiB, decided and decrypted':<44}{took['range']:>8.2f}")


if __name__ == "__main__":
    main()
