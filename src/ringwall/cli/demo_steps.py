"""The six steps of the demo, one screen each.

Every line marked `$` is run as typed, through the same entry as the real command.
"""

import json
import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ringwall.cli.demo_stage import Stage, untrue
from ringwall.cli.exits import ExitCode
from ringwall.cli.terminal import print_text

__all__ = ["Demo"]

_ASSET: Final = "weights:aurora-2"
_FILE: Final = "model.safetensors"
_TENSORS_SHOWN: Final = 6
_SHOWN_IN_FULL: Final = 2
# A deny, who asked, through which point, how much, and the reason.
_TOLD: Final = 5
# Of the example, what is no declaration.
_UNSHOWN: Final = shutil.ignore_patterns("q*", "*.md", "evidence")


class Demo:
    """The six steps, in the present folder.

    Args:
        stage: shows the command lines.
        folder: where the institute goes.
        weights: the weights file; it is written if there is none.
    """

    def __init__(self, stage: Stage, folder: Path, weights: Path) -> None:
        self._stage = stage
        self._folder = folder
        self._weights = weights

    def run(self) -> None:
        """Take all steps.

        Raises:
            RingwallError: a command came out otherwise than the step says, which
                would make the demo untrue.
        """
        self._make()
        self._declare()
        self._ask()
        self._explain()
        self._verify()
        self._seal()

    def _make(self) -> None:
        self._stage.title("step 1 of 6: an institute with two tiers")
        print_text(
            "A tier is not one number: it asks a security level of each domain, and "
            "strength in one never makes up for another. Levels are aligned with "
            "RAND's SL1 to SL5; the upper tier wants SL3, and SL4 of its people."
        )
        self._stage.run(["init", str(self._folder), "--name", "Demo institute"])
        self._stage.command(["export", f"RINGWALL_INSTITUTE={self._folder}"])
        os.environ["RINGWALL_INSTITUTE"] = str(self._folder)

    def _declare(self) -> None:
        from ringwall.cli.demo_props import write_weights
        from ringwall.shipped import shipped_path

        self._stage.title("step 2 of 6: who is who, and what is guarded")
        print_text(
            "People, organisations, sites and assets are declared in YAML and land on "
            f"the ledger, one event each. Digest and tensors of {_ASSET} are read from "
            "its file."
        )
        if not self._weights.exists():
            write_weights(self._weights)
        source = shipped_path("examples") / "institute"
        shutil.copytree(source, "examples", ignore=_UNSHOWN)
        files = [str(path) for path in sorted(Path("examples").glob("*.yaml"))]
        option = ["--weights", f"{_ASSET}={self._weights}"]
        self._stage.run(
            ["apply", *files, *option],
            shown=["apply", "examples/*.yaml", *option],
            first=6,
            last=1,
        )
        print_text()
        self._show_weights()

    def _show_weights(self) -> None:
        from ringwall.institute import Institute
        from ringwall.model.assets import Asset

        asset = Institute(self._folder).facts().documents()[_ASSET]
        if not isinstance(asset, Asset) or asset.file is None:
            raise untrue("the weights file was not registered")
        file = asset.file
        print_text(
            f"{_ASSET} is on record: {file.bytes:,} bytes, {file.tensor_count} tensors"
        )
        print_text(f"sha256 {file.sha256}", indent=2)
        for tensor in file.tensors[:_TENSORS_SHOWN]:
            shape = " x ".join(map(str, tensor.shape))
            print_text(f"{tensor.name[:40]:<42}{tensor.dtype:<6}{shape}", indent=2)
        if file.tensor_count > _TENSORS_SHOWN:
            print_text(f"and {file.tensor_count - _TENSORS_SHOWN} more", indent=2)

    def _ask(self) -> None:
        self._stage.title("step 3 of 6: eight questions, eight different answers")
        print_text("Each answer is durable on the ledger before it is printed.")
        questions = _questions()
        for question in questions[:_SHOWN_IN_FULL]:
            print_text()
            print_text(f"# {question['title']}")
            self._stage.run(_words(question), expected=_expected(question))
        print_text()
        print_text(f"# {len(questions) - _SHOWN_IN_FULL} more, asked in the same way")
        for question in questions[_SHOWN_IN_FULL:]:
            answer = json.loads(self._stage.ask(_words(question), _expected(question)))
            _show_briefly(question, answer["context"]["reasons"])

    def _explain(self) -> None:
        self._stage.title("step 4 of 6: why not, and who can")
        print_text("An officer asks for the last answer again, from the record:")
        self._stage.run(["why", "last"])
        print_text()
        print_text("The row that it names, and the cases that hold it in place:")
        self._stage.run(["policy", "show", "elig-041"])
        print_text("And who may read the weights at all, by which way:")
        self._stage.run(["who-can", "weights.read", _ASSET])

    def _verify(self) -> None:
        from ringwall.cli.demo_props import tamper_ledger

        self._stage.title("step 5 of 6: the record, and what happens to who edits it")
        self._stage.run(["audit", "verify"])
        print_text()
        self._stage.command(["cp", "-r", str(self._folder), "tampered"])
        shutil.copytree(self._folder, "tampered")
        index, person = tamper_ledger(Path("tampered/ledger.db"))
        print_text(
            "In the copy, and behind the tool's back, one letter of a recorded denial "
            f"is changed (entry {index}), and a screening is raised from SL3 to SL4 in "
            f"what is kept beside the entries about {person}."
        )
        words = ["-C", "tampered", "audit", "verify"]
        self._stage.run(words, expected=ExitCode.INTEGRITY)
        print_text()
        print_text(f"Exit code {int(ExitCode.INTEGRITY)}: an integrity check failed.")

    def _seal(self) -> None:
        self._stage.title("step 6 of 6: weights that open only through the gate")
        print_text(
            "A custodian seals the file: encrypted in pieces of 1 MiB, under a key of "
            "its own. Whoever reads some of it gets a permit first, for just that."
        )
        making = ["vault", "init-key", "demo", "--provider", "file"]
        self._stage.run(making, first=1)
        sealing = ["vault", "seal", str(self._weights), "--asset", _ASSET]
        name = ["--file", _FILE, "--key", "demo"]
        self._stage.run([*sealing, *name, *_by("user:grace")])
        print_text()
        listing = ["vault", "read", _ASSET, _FILE, "--tensors", *_by("user:ada")]
        self._stage.run(listing, first=5)
        print_text()
        self._read_a_piece()
        print_text()
        self._stage.run(["vault", "verify-inventory"])

    def _read_a_piece(self) -> None:
        """Read a piece of a tensor through the vault, by who may and by who may not."""
        from ringwall.cli.demo_props import piece_of

        start, stop, digest = piece_of(self._weights)
        words = ["vault", "read", _ASSET, _FILE, "--range", f"{start}:{stop}"]
        read, _ = self._stage.piped([*words, *_by("user:ada")], "sha256sum")
        if sha256(read).hexdigest() != digest:
            raise untrue("the vault gave other bytes than those of the file")
        print_text(f"{digest}  -")
        print_text("These are the bytes of the file. Somebody in another role:")
        words += _by("user:emmy")
        read, told = self._stage.piped(words, "sha256sum", expected=ExitCode.DENY)
        if read:
            raise untrue("the vault gave bytes to somebody who may not read them")
        for line in told.splitlines()[:_TOLD]:
            print_text(line)


def _by(subject: str) -> list[str]:
    point = ["--via", "point:trainer"]
    return ["--subject", subject, *point, "--authn", "hardware-fresh"]


def _questions() -> list[dict[str, str]]:
    from ringwall.base.yaml_tree import parse_yaml, to_data
    from ringwall.shipped import shipped_path

    path = shipped_path("examples") / "institute" / "questions.yaml"
    data: Any = to_data(parse_yaml(path.read_bytes(), str(path), max_bytes=2**20))
    questions: list[dict[str, str]] = data["questions"]
    return questions


def _words(question: Mapping[str, str]) -> list[str]:
    return [
        "check",
        *("--subject", question["subject"]),
        *("--action", question["action"]),
        *("--asset", question["resource"]),
        *("--via", question["via"]),
        *("--authn", question["authn"]),
    ]


def _expected(question: Mapping[str, str]) -> ExitCode:
    return ExitCode.OK if question["expect"] == "permit" else ExitCode.DENY


def _show_briefly(question: Mapping[str, str], reasons: list[dict[str, str]]) -> None:
    """Print a denial as its title and the reason that the question is about."""
    found = [reason for reason in reasons if reason["code"] == question["code"]]
    if not found:
        raise untrue(f"`{question['title']}` is not about {question['code']}")
    reason = found[0]
    # Where a row's sentence comes from is for `ringwall why`, not for one screen.
    tail = reason.get("message", "").partition(" Source: ")[0]
    if "needed" in reason:
        tail = f"{reason['condition']} {reason['seen']}; needs {reason['needed']}"
    print_text(question["title"])
    print_text(f"DENY {reason['code']}: {tail}", indent=2)
