"""Each act of the vault, killed before and after each of its steps.

What a kill leaves is named by the inventory, and the same act done again finishes it;
see `vault_kills`, which checks that and raises.
"""

import shutil

from tests.fault.campaign.tally import Work
from tests.fault.vault_kills import ACTS, kill_at, prepared, steps_of
from tests.vault_office import found_example

__all__ = ["kill_acts"]


def kill_acts(work: Work) -> None:
    """Kill seal, replace, rewrap, copy and destroy, each so many steps."""
    scratch = work.folder()
    founded = found_example(scratch / "founded")
    for name, act in ACTS.items():
        fault = f"`vault {name}` killed at a step"
        scene, words = prepared(founded, scratch / name, act)
        steps = steps_of(scene, words, scratch, act)
        for step in range(steps, 0, -work.step):
            for is_after in (False, True):
                how = f"{'after' if is_after else 'before'} step {step} of {steps}"
                try:
                    found = kill_at(scene, words, scratch, act, step, is_after=is_after)
                except Exception as error:  # noqa: BLE001 - whatever it is, it must not
                    work.tally.mismatch(fault, f"{how}: {error!r}")
                else:
                    work.tally.add(fault, found or "all in order")
            work.tell(fault, steps - step + 1, steps)
    shutil.rmtree(scratch)
