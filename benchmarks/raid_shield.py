"""What it takes to seal a reporter at the door, and to open a box by custodians.

Run: python -m benchmarks.raid_shield
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from shamir_mnemonic import generate_mnemonics

from ringwall.raid.shield.box import format_box, seal_box
from ringwall.raid.shield.boxes import Boxes
from ringwall.raid.shield.identity import NOBODY
from ringwall.raid.shield.opening import open_box, pass_on
from ringwall.raid.shield.shares import split
from tests.shielded import ASKER, MARY, NOW, boxed, custodians, private_key, terms

RUNS = 300


def main() -> None:
    """Print one line for each measure: the median, and the 99th of 100."""
    found = terms()
    box = boxed()
    people = [held.custodian for held in box.shares]
    keys = [private_key(one) for one in people]
    own = private_key(ASKER)
    passed = [
        pass_on(box, one, key, found, NOW)
        for one, key in zip(people, keys, strict=True)
    ]
    key = bytes(32)
    _tell("split a key, 3 of 5, for ssss", lambda: split(key, 3, 5))
    _tell(
        "the same by SLIP-39",
        lambda: generate_mnemonics(1, [(3, 5)], key, iteration_exponent=0),
    )
    _tell("seal a box of somebody", lambda: seal_box(found.report, MARY, custodians()))
    _tell("seal a box of nobody", lambda: seal_box(found.report, NOBODY, custodians()))
    with TemporaryDirectory() as folder:
        boxes = Boxes(Path(folder))
        names = iter(f"report:r-{number:010}" for number in range(10 * RUNS))
        _tell(
            "seal and keep a box, durably",
            lambda: boxes.keep([seal_box(next(names), MARY, custodians())]),
        )
    _tell("a custodian passes on", lambda: pass_on(box, people[0], keys[0], found, NOW))
    _tell("the asker opens, 3 of 5", lambda: open_box(box, found, passed[:3], own, NOW))

    def all_of_it() -> None:
        three = [
            pass_on(box, one, one_key, found, NOW)
            for one, one_key in zip(people[:3], keys, strict=False)
        ]
        open_box(box, found, three, own, NOW)

    _tell("three custodians and the asker, all of it", all_of_it)
    print(f"{'bytes of a box, 3 of 5':<44}{len(format_box(box)):>9,}")


def _tell(name: str, act: Callable[[], object]) -> None:
    act()
    took: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1_000)
    took.sort()
    print(f"{name:<44}{took[RUNS // 2]:>9.3f} ms{took[RUNS * 99 // 100]:>9.3f} ms")


if __name__ == "__main__":
    main()
