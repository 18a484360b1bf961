"""From a written report to a triaged, routed, clocked case; run it with `python -m`."""

import io
import json
import os
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from shlex import join
from typing import Any

from examples.incident_drill.drill import COMMANDS
from ringwall.cli.main import call

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "institute"
DECLARED = ("organisations", "sites", "services", "people", "assets")
AT_DESK = (
    "--via",
    "point:raid-desk",
    "--authn",
    "hardware-fresh",
    "--purpose",
    "drill",
)

NAMED = {name: name.upper() for name in ("report", "case", "clock")}


def ringwall(*words: str | Path) -> Any:  # noqa: ANN401 - what a command prints
    """Run a command line and return what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = call([str(word) for word in words])
    if code:
        raise SystemExit(err.getvalue())
    return json.loads(out.getvalue() or "null")


def found(folder: Path) -> None:
    """Make an institute with an incident desk and its people."""
    os.environ.update(RINGWALL_INSTITUTE=str(folder), RINGWALL_FORMAT="json")
    ringwall("init", folder)
    ringwall("apply", *(EXAMPLE / f"{name}.yaml" for name in DECLARED))
    ringwall("apply", HERE / "people.yaml")


def drill() -> None:
    """Run the six commands; show each, and what came of it."""
    made: dict[str, str] = {}
    os.chdir(HERE)
    for number, (person, words) in enumerate(COMMANDS, 1):
        shown = [word.format(**NAMED) for word in words]
        print(f"{number} {person}: ringwall raid {join(shown)}")
        filled = [word.format(**made) for word in words]
        got = ringwall("raid", *filled, "--subject", f"user:{person}", *AT_DESK)
        remember(made, got)
        print("  ", told(words[0], got))
    who = ("--subject", "user:ole", *AT_DESK)
    clocks = ringwall("raid", "clock", "list", made["case"], *who)
    states = sorted(f"{one['rule']} {one['state']}" for one in clocks)
    print("clocks:", ", ".join(states))


def remember(made: dict[str, str], got: Any) -> None:  # noqa: ANN401 - what a command prints
    """Keep the ids that later commands are given."""
    if isinstance(got, dict):
        made |= {name: got[name] for name in ("report", "case") if name in got}
        if "priority" in got:
            who = ("--subject", "user:ole", *AT_DESK)
            clocks = ringwall("raid", "clock", "list", made["case"], *who)
            made["clock"] = next(c["clock"] for c in clocks if c["rule"] == "GDPR33")


def told(verb: str, got: Any) -> str:  # noqa: ANN401 - what a command prints
    """Return in a line what came of a command."""
    if verb == "triage":
        words = (got[name] for name in ("state", "priority", "severity", "tlp"))
        return ", ".join((*words, f"row {got['row']}"))
    if verb == "route":
        rows = {(one["role"], one["recipient"]) for one in got["rows"]}
        return ", ".join(f"{role} {name}" for role, name in sorted(rows))
    if verb == "clock":
        [one] = got
        return f"{one['rule']} {one['state']}, due {one['due']}"
    if verb == "assess":
        return f"{len(got['changed'])} points answered"
    return ", ".join(name for name in ("report", "receipt", "case") if name in got)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        found(Path(name) / "institute")
        drill()
