"""`demo`: an institute from nothing to a verified record, one screen a step.

Every line marked `$` is run as typed, through the same entry as the real command.
Must leave nothing behind unless told to keep it.
"""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ringwall.cli.exits import ExitCode
from ringwall.cli.output import console

__all__ = ["register"]

_ASSET = "weights:aurora-2"
_TENSORS = {
    "embed.weight": [512, 384],
    "layers.0.attention.weight": [384, 384],
    "layers.0.mlp.weight": [384, 1536],
    "layers.1.attention.weight": [384, 384],
    "layers.1.mlp.weight": [384, 1536],
    "head.weight": [384, 512],
}


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command("demo")(demo)


def demo(
    weights: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Your own safetensors file; default: a small one is written.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the institute in this new folder."),
    ] = None,
) -> None:
    """Show it all: declare, check, record, explain, verify, find tampering."""
    with tempfile.TemporaryDirectory(prefix="ringwall-demo-") as scratch:
        Demo(Path(scratch), weights, keep).run()


class Demo:
    """The five steps, in a scratch folder.

    Args:
        scratch: where the institute, its weights file and the tampered copy go.
        weights: the user's own weights file, or None.
        keep: where the institute shall stay, or None.
    """

    def __init__(self, scratch: Path, weights: Path | None, keep: Path | None) -> None:
        self._scratch = scratch
        self._folder = keep if keep is not None else scratch / "institute"
        self._kept = keep
        self._weights = weights
        self._out = console()

    def run(self) -> None:
        """Take all steps.

        Raises:
            RuntimeError: a command came out otherwise than the step says, which
                would make the demo untrue.
        """
        self._make()
        self._declare()
        self._ask()
        self._explain()
        self._verify()
        if self._kept is not None:
            self._say(f"The institute is in {self._kept}: look around with")
            self._say(f"  ringwall -C {self._kept} audit ls")

    def _make(self) -> None:
        self._title(1, "an institute with two tiers")
        self._say(
            "A tier is not one number: it asks a security level of each domain, and\n"
            "strength in one never makes up for another. Levels are aligned with\n"
            "RAND's SL1-SL5; the upper tier wants SL3, and SL4 of its people."
        )
        self._command(["init", str(self._folder), "--name", "Demo institute"])

    def _declare(self) -> None:
        from ringwall.shipped import shipped_path

        self._title(2, "who is who: people, organisations, sites, assets")
        weights = self._weights or _write_weights(self._scratch / "aurora-2.safetensors")
        self._say(
            "Facts are declared in YAML and land on the ledger, one event each.\n"
            f"The digest and tensors of {_ASSET} are read from its file."
        )
        files = sorted((shipped_path("examples") / "institute").glob("*.yaml"))
        files = [file for file in files if file.name != "questions.yaml"]
        arguments = ["apply", *map(str, files), "--weights", f"{_ASSET}={weights}"]
        shown = f"apply examples/institute/*.yaml --weights {_ASSET}={weights.name}"
        self._command(arguments, shown=shown, lines=8, last=1)
        self._show_weights()
        self._say("Applying the same files again changes nothing:")
        self._command([*arguments, "--dry-run"], shown=f"{shown} --dry-run")

    def _show_weights(self) -> None:
        from ringwall.institute import Institute
        from ringwall.model.declarations import Asset

        asset = Institute(self._folder).facts().documents()[_ASSET]
        if not isinstance(asset, Asset) or asset.file is None:
            raise RuntimeError("the weights file was not registered")
        file = asset.file
        self._say(f"\n{_ASSET}: {file.bytes:,} bytes, {file.tensor_count} tensors")
        self._say(f"  sha256 {file.sha256}")
        for tensor in file.tensors[:6]:
            shape = " x ".join(map(str, tensor.shape))
            self._say(f"  {tensor.name[:40]:<42}{tensor.dtype:<6}{shape}")
        if file.tensor_count > 6:
            self._say(f"  and {file.tensor_count - 6} more")
        self._say("")

    def _ask(self) -> None:
        from ringwall.base.yaml_tree import parse_yaml, to_data
        from ringwall.shipped import shipped_path

        self._title(3, "eight questions, eight different answers")
        self._say("Each answer is durable on the ledger before it is printed.")
        path = shipped_path("examples") / "institute" / "questions.yaml"
        tree = parse_yaml(path.read_bytes(), str(path), max_bytes=1024 * 1024)
        data = to_data(tree)
        if not isinstance(data, dict):
            raise RuntimeError("the demo's questions are not readable")
        for number, question in enumerate(data["questions"], 1):
            self._out.rule(f"{number}. {question['title']}", align="left")
            arguments = [
                "check",
                *("--subject", question["subject"]),
                *("--action", question["action"]),
                *("--asset", question["resource"]),
                *("--via", question["via"]),
                *("--authn", question["authn"]),
            ]
            permit = question["expect"] == "permit"
            expected = ExitCode.OK if permit else ExitCode.DENY
            self._command(arguments, expected=expected)

    def _explain(self) -> None:
        self._title(4, "why not, and who can")
        self._say("An officer asks for the last answer again, from the record:")
        self._command(["why", "last"])
        self._say("And who may read the weights at all, by which way:")
        self._command(["who-can", "weights.read", _ASSET])

    def _verify(self) -> None:
        self._title(5, "the record, and what happens to whoever edits it")
        self._command(["audit", "verify"])
        self._say(
            "\nNow, in a copy and behind the tool's back: one byte of a stored decision\n"
            "is changed in the log, and one clearance is raised in the registry table."
        )
        copy = self._scratch / "tampered"
        shutil.copytree(self._folder, copy)
        for line in _tamper(copy / "ledger.db"):
            self._say(f"  {line}")
        self._command(["audit", "verify"], folder=copy, expected=ExitCode.INTEGRITY)
        self._say(f"exit code {int(ExitCode.INTEGRITY)}: integrity check failed")

    def _title(self, number: int, text: str) -> None:
        from rich.text import Text

        self._out.print()
        self._out.rule(Text(f"step {number} of 5: {text}", style="bold"))

    def _say(self, text: str) -> None:
        self._out.print(text, soft_wrap=True)

    def _command(  # noqa: PLR0913 - how to run, show and judge one command
        self,
        arguments: Sequence[str],
        *,
        shown: str = "",
        expected: ExitCode = ExitCode.OK,
        folder: Path | None = None,
        lines: int = 0,
        last: int = 0,
    ) -> None:
        """Print a command, run it, and insist on its exit code.

        With `lines`, only so many of its first lines and `last` of its end are shown.
        """
        from ringwall.cli.main import call

        where = folder or self._folder
        text = shown or " ".join(_quoted(word) for word in arguments)
        self._out.print(f"$ ringwall {text}", style="bold cyan", soft_wrap=True)
        full = [*arguments, "--format", "table"]
        if arguments[0] != "init":
            full += ["-C", str(where)]
        code = _shortened(lambda: call(full), lines, last) if lines else call(full)
        if code != expected:
            raise RuntimeError(f"`{text}` gave exit code {code}, not {int(expected)}")


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word


def _shortened(run: Callable[[], int], first: int, last: int) -> int:
    """Run a command and print only the beginning and end of what it says."""
    from contextlib import redirect_stdout
    from io import StringIO

    held = StringIO()
    with redirect_stdout(held):
        code = run()
    rows = held.getvalue().splitlines()
    if len(rows) > first + last:
        cut = [f"  ... {len(rows) - first - last} more ..."]
        rows = rows[:first] + cut + rows[len(rows) - last :]
    sys.stdout.write("\n".join(rows) + "\n")
    return code


def _write_weights(path: Path) -> Path:
    """Write a real, small safetensors file; its values come from a hash stream."""
    import hashlib

    import numpy as np
    from safetensors.numpy import save_file

    tensors = {}
    for name, shape in _TENSORS.items():
        stream = hashlib.shake_256(name.encode()).digest(shape[0] * shape[1])
        values = np.frombuffer(stream, dtype=np.int8).astype(np.float32) / 1024
        tensors[name] = values.reshape(shape)
    save_file(tensors, path, {"format": "np", "model": "aurora-2, a demonstration"})
    return path


def _tamper(path: Path) -> list[str]:
    """Edit a ledger as someone with the file in hand would; say what was done."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("DROP TRIGGER leaf_no_update")
        index, entry = connection.execute(
            "SELECT leaf.idx, leaf.entry FROM leaf JOIN decision USING (idx) "
            "WHERE effect = 'deny' ORDER BY leaf.idx LIMIT 1"
        ).fetchone()
        changed = entry.replace(b'"authentication":"hardware', b'"authentication":"hbrdware')
        if changed == entry:
            raise RuntimeError("the entry to tamper with is not what it was")
        connection.execute("UPDATE leaf SET entry = ? WHERE idx = ?", (changed, index))
        done = connection.execute(
            "UPDATE registry SET document = replace(document, '\"level\":\"SL3\"', "
            "'\"level\":\"SL4\"') WHERE id = "
            "(SELECT id FROM registry WHERE id LIKE 'user:%' "
            "AND document LIKE '%\"level\":\"SL3\"%' ORDER BY id LIMIT 1) RETURNING id"
        ).fetchone()
        connection.commit()
    finally:
        connection.close()
    return [f"entry {index}: one letter", f"{done[0]}: screening SL3 becomes SL4"]
