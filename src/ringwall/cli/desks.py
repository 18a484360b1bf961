"""A desk on the command line: who stands there, and how a no is told.

Must never take a mere word of who asks where something is shown.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import redirect_stdout
from copy import copy
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from operator import getitem
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import typer

from ringwall.cli.check import TRIAL, code_at_gate
from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.identity import (
    Showing,
    StatementOption,
    TokenOption,
    is_word_taken,
    shown_request,
)
from ringwall.cli.options import (
    AuthnOption,
    Format,
    FormatOption,
    InstituteOption,
    ViaOption,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_object, say

if TYPE_CHECKING:
    from ringwall.gate.asker import Who
    from ringwall.institute import Gatekeeper, Institute
    from ringwall.model.decisions import Decision
    from ringwall.raid.desk import RaidDesk
    from ringwall.vault.desk import Vault
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["PROVE", "Desk", "Room", "at_desk", "tell_exercise"]

PROVE: Final = "show who asks: --ssh-key, --session or --token"
"""What turns a deny for want of a proof, at any desk."""

_ROLES: Final = (
    "`{action}` takes a role `raid-*` that may, and need-to-know of what it is about: "
    "the README lists the roles, a compartment officer admits people (`raid need`)"
)
_AUTHN_SHOWN: Final = "what is shown says how strong it is: leave --authn out"
_VARIABLES: Final = (
    "Each option may stand in the environment: --{option} is {variable}, and so on, "
    "unless a name stands beside it."
)
_WORDS: Final = ("subject", "authn", "purpose", "present", "grant")


def _ways(decision: "Decision") -> Mapping[str, str]:
    """Return what turns a deny where the options are others than those of `check`.

    Goes by the action alone: a case that is shut is told as one that is not there.
    """
    action = decision.request.action
    if not action.startswith("raid."):
        return {"identity-unproven": PROVE}
    return {
        "identity-unproven": PROVE,
        "not-permitted": _ROLES.format(action=action),
    }


@dataclass(frozen=True, slots=True)
class Room:
    """What a group of commands has of its own at its desk.

    Attributes:
        group: e.g. `vault`.
        ways: decision -> code of a reason -> what turns it.
        options: a function whose parameters are further options of each command.
        secrets: what they open, by the command and the options; None for nothing.
        tells_why: whether a deny is told with all its reasons; else it is the same
            whether or not what was asked for exists.
    """

    group: str
    ways: "Callable[[Decision], Mapping[str, str]]" = _ways
    options: Callable[..., None] | None = None
    secrets: "Callable[[str, Mapping[str, Any]], Secrets] | None" = None
    tells_why: bool = False


@dataclass(slots=True)
class Desk:
    """An open gate with the desks behind it, and who asks there.

    Attributes:
        command: whose help says more, e.g. `ringwall vault read`.
        gate: open while the command runs.
        format: how to print.
        words: what was said of who asks.
        showing: what was shown of who asks.
        has_asked: whether somebody has stood there.
    """

    command: str
    gate: "Gatekeeper"
    format: FormatOption
    words: dict[str, Any]
    showing: Showing
    has_asked: bool = False

    @property
    def vault(self) -> "Vault":
        """The vault."""
        return self.gate.vault

    @property
    def raid(self) -> "RaidDesk":
        """The incident desk."""
        return self.gate.raid

    def who(self, action: str, asset: str) -> "Who":
        """Return who asks, their session opened if they show something.

        Args:
            action: what they are going to ask for.
            asset: id of the asset.

        Raises:
            Misuse: it is not said who asks, or through which point.
            RequestError: a word is malformed.
            IdentityUnproven: what is shown proves nothing; that is on record.
        """
        from ringwall.gate.request_reader import request_from_words
        from ringwall.gate.session import Session

        subject, authn = self.words["subject"], self.words["authn"] or "none"
        told = {"subject": subject, "via": self.gate.point}
        missing = [f"--{name}" for name, word in told.items() if not word]
        if missing:
            raise Misuse(self.command, f"missing {', '.join(missing)}")
        why: Who = {
            "purpose": self.words["purpose"],
            "present": self.words["present"] or [],
            "grant": self.words["grant"],
        }
        request = request_from_words(
            subject=subject,
            action=action,
            resource=asset,
            point=self.gate.point,
            authn=authn,
            purpose=why["purpose"],
            present=why["present"],
            grant=why["grant"],
        )
        self.has_asked = True
        if not self.showing.is_given:
            return {"subject": subject, "authn": authn, **why}
        proof = shown_request(self.gate, request, self.showing).proof
        return {"session": Session(self.gate, proof), **why}


def at_desk(
    room: Room | str,
    verb: str,
    act: Callable[..., None],
    *,
    without: Collection[str] = (),
) -> Callable[..., int]:
    """Return a command at a desk: its own options, and those of who asks.

    A deny is told on stderr as `ringwall check` tells it, with its exit code.

    Args:
        room: the group that it is of, or its name where it has nothing of its own.
        verb: its name.
        act: what it does; is given a `Desk`, and its own options by name.
        without: names of options of who asks that it has no use for.
    """
    room = Room(room) if isinstance(room, str) else room
    own = list(signature(act).parameters.values())[1:]
    further = room.options and signature(room.options).parameters
    every = {
        **signature(_asker).parameters,
        **(further or {}),
        **signature(_place).parameters,
    }
    common = [one for name, one in every.items() if name not in without]
    command = f"ringwall {room.group} {verb}"

    def run(**given: Any) -> int:  # noqa: ANN401 - options of any type
        said = dict.fromkeys(every)
        said |= {one.name: given.pop(one.name) for one in common}
        return _run(room, command, said, lambda desk: act(desk, **given))

    # Typer reads what a command takes from its signature.
    prefix = command.upper().replace(" ", "_").replace("-", "_")
    options = [_option(one, prefix) for one in (*own, *common)]
    run.__dict__["__signature__"] = Signature(options)
    run.__annotations__ = {}
    option = next(one for one in ("subject", "via") if one not in without)
    rule = _VARIABLES.format(option=option, variable=f"{prefix}_{option.upper()}")
    run.__doc__ = _flowing(f"{act.__doc__ or ''}\n\n{rule}")
    return run


def _option(one: Parameter, prefix: str) -> Parameter:
    """Return a parameter as a keyword, its variable shown where no rule gives its name.

    Names by the rule would be cut beside each option in a help of 80 columns: so the
    help tells the rule instead, once.
    """
    kind, *further = get_args(one.annotation) or (one.annotation,)
    if not further:
        return one.replace(kind=Parameter.KEYWORD_ONLY)
    told = [copy(info) for info in further]
    for info in told:
        name = info.envvar
        info.show_envvar = isinstance(name, str) and not name.startswith(prefix)
    annotation = getitem(Annotated, (kind, *told))
    return one.replace(kind=Parameter.KEYWORD_ONLY, annotation=annotation)


def _flowing(text: str) -> str:
    """Return a text with its paragraphs in one line each, for any width of a screen."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _asker(
    subject: Annotated[str, typer.Option(help="Who asks, e.g. user:ada.")] = "",
    via: ViaOption = "",
    authn: AuthnOption = "",
    purpose: Annotated[
        str, typer.Option(help="Why; at most 500 characters, recorded.")
    ] = "",
    present: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERSON",
            help="Somebody else who is there; may be given several times.",
        ),
    ] = None,
    grant: Annotated[
        str,
        typer.Option(
            metavar="REQUEST",
            help="Ask under the grant of this request, e.g. req-...; default: any.",
        ),
    ] = "",
    token: TokenOption = None,
    session: StatementOption = None,
    ssh_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Sign at once with this OpenSSH private key (Ed25519), as `--key` of "
            "`ringwall check` does.",
            show_default=False,
        ),
    ] = None,
    ssh_passphrase_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Holds the passphrase of --ssh-key, in one line.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Have the options of who asks; see `at_desk`."""


def _place(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Have the options of where, and of how to print; see `at_desk`."""


def _run(
    room: Room, command: str, said: dict[str, Any], act: Callable[[Desk], None]
) -> int:
    """Open the gate, let somebody act at the desk, and return the exit code."""
    from ringwall.gate.denied import AccessDenied

    showing = _showing(command, said)
    institute = open_institute(said["folder"])
    tell_exercise(institute, said["fmt"])
    secrets = room.secrets(command, said) if room.secrets else None
    with institute.gatekeeper(said["via"] or "", secrets=secrets) as gate:
        words = {name: said[name] or "" for name in _WORDS}
        desk = Desk(command, gate, said["fmt"], words, showing)
        code = ExitCode.OK
        try:
            act(desk)
        except AccessDenied as denied:
            _tell_deny(denied.decision, desk.format, room)
            code = code_at_gate(denied.decision, gate)
        is_trial = desk.has_asked and is_word_taken(gate, showing)
    if is_trial and chosen_format(desk.format) is Format.TABLE:
        say(TRIAL)
    return int(code)


def tell_exercise(institute: "Institute", fmt: FormatOption) -> None:
    """Say on stderr that all of it is an exercise, where it is one; not to programs."""
    name = institute.settings.exercise
    if name and chosen_format(fmt) is Format.TABLE:
        say(f"EXERCISE {name}: nothing of this is real")


def _showing(command: str, said: dict[str, Any]) -> Showing:
    """Return what is shown of who asks; at most one way, and no word beside it.

    Raises:
        Misuse: they don't go together.
    """
    showing = Showing(
        command,
        said["token"],
        said["session"],
        said["ssh_key"],
        said["ssh_passphrase_file"],
    )
    ways = (showing.token, showing.session, showing.key)
    if sum(way is not None for way in ways) > 1:
        raise Misuse(command, "give one of --token, --session or --ssh-key")
    if showing.is_given and said["authn"]:
        raise Misuse(command, _AUTHN_SHOWN)
    if showing.passphrase is not None and showing.key is None:
        raise Misuse(command, "--ssh-passphrase-file goes with --ssh-key")
    return showing


def _tell_deny(decision: "Decision", fmt: FormatOption, room: Room) -> None:
    """Tell a deny on stderr: stdout is for what was asked for.

    As any error it is for people, wherever it goes to, unless a format is asked for.
    """
    import sys

    from ringwall.cli.answers import (
        answer_of,
        answer_sheet,
        redacted_answer_of,
        show_answer,
    )

    told = answer_of if room.tells_why else redacted_answer_of
    answer, ways = told(decision), room.ways(decision)
    sys.stdout.flush()
    with redirect_stdout(sys.stderr):
        print_object(
            answer,
            fmt or Format.TABLE,
            lambda: show_answer(answer, ways),
            answer_sheet(answer),
        )
