"""`policy propose|activate|restore`: how other policies come in force, and back."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.identity import (
    Showing,
    StatementOption,
    TokenOption,
    shown_request,
)
from ringwall.cli.options import (
    AuthnOption,
    FormatOption,
    InstituteOption,
    ViaOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.policy_diff import (
    difference_lines,
    difference_of,
    show_difference,
)
from ringwall.cli.signing import KeyOption, PassphraseOption
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.matters.requests import GrantRequest
    from ringwall.model.decisions import Decision, Receipt
    from ringwall.policy.difference.difference import Difference
    from ringwall.registry.activating import PolicyChange
    from ringwall.registry.judge import Judge

__all__ = ["register"]

_ACTIVATE = "ringwall policy activate"
_SourceArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]",
        help="A folder with policies/ and threat_models/; default: the institute's.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command("propose", epilog=examples("policy propose", "policy propose draft"))(
        _propose
    )
    app.command(
        "activate",
        epilog=examples(
            "policy activate",
            "policy activate draft --request req-... --via point:policy-desk \\\n"
            "      --key ~/.ssh/id_ed25519",
        ),
    )(_activate)
    app.command("restore", epilog=examples("policy restore"))(_restore)


def _propose(
    source: _SourceArgument = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show what other policies would change, and how to ask for them.

    Work in a copy of policies/ and threat_models/: gates say no to everything while
    those of the institute itself are not the ones in force.
    """
    from ringwall.ledger.facts import entities_of
    from ringwall.registry.judge_folder import POLICIES, read_draft
    from ringwall.registry.kept_policies import kept_folder
    from ringwall.registry.policy_record import policy_record

    institute = open_institute(folder)
    place = source or institute.folder
    judge = read_draft(place, institute.settings.tiers)
    ledger = institute.ledger(writable=False)
    try:
        known = ledger.registry_since(-1)
        in_force = known.policy
        record = policy_record(entities_of(ledger.store, known.documents))
    finally:
        ledger.close()
    former = _former(institute, in_force)
    found = None
    if former is not None:
        kept = kept_folder(institute.folder, in_force)
        found = difference_of(kept / POLICIES, place / POLICIES)
    value = _proposal(judge, former, in_force)
    value["changes"] = [] if found is None else list(difference_lines(found))
    print_object(
        value, fmt, lambda: _show_proposal(value, found), Sheet(list(value), [value])
    )
    if value["is_in_force"]:
        say("these are in force: there is nothing to ask for")
        return
    if not record:
        say("no asset stands for the policies: declare `record:policies`")
        return
    say(f"next: ringwall request new --action policy.change --asset {record} \\")
    say(f"  --binds {judge.digest} --uses 1 --subject ... --purpose ... \\")
    say("  --hours 48 --key FILE")
    where = quote(str(place))
    say(f"once it is granted: ringwall policy activate {where} --request REQ \\")
    say("  --via POINT --key FILE")


def _former(institute: "Institute", in_force: str) -> "Judge | None":
    """Return what is in force from its copy; None, and why, if that can't be used."""
    from ringwall.base.errors import PolicyError
    from ringwall.registry.kept_policies import read_kept

    try:
        return read_kept(institute.folder, in_force, institute.settings.tiers)
    except PolicyError as error:
        say(f"what differs is not known: {error.message}")
        return None


def _proposal(judge: "Judge", former: "Judge | None", in_force: str) -> dict[str, Any]:
    """Return what is proposed as JSON has it; None where nothing to compare is left."""
    policies = models = None
    if former is not None:
        policies = judge.concerns != former.concerns
        models = judge.catalogue.digest != former.catalogue.digest
    return {
        "digest": judge.digest,
        "in_force": in_force,
        "is_in_force": judge.digest == in_force,
        "policies_differ": policies,
        "threat_models_differ": models,
    }


def _show_proposal(value: dict[str, Any], found: "Difference | None") -> None:
    print_field("proposed", value["digest"])
    print_field("in force", value["in_force"])
    print_text()
    if found is not None and found:
        show_difference(found)
    elif value["policies_differ"]:
        print_text("the policies differ in words for people only")
    if value["threat_models_differ"]:
        print_text("the threat models differ")
    if value["is_in_force"]:
        print_text("no difference")


def _activate(
    source: _SourceArgument = None,
    request: Annotated[
        str,
        typer.Option(metavar="REQUEST", help="The request that its quorum approved."),
    ] = "",
    via: ViaOption = "",
    authn: AuthnOption = "",
    present: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERSON",
            help="Somebody else who is there; may be given several times.",
        ),
    ] = None,
    token: TokenOption = None,
    session: StatementOption = None,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Put policies and threat models in force.

    While nobody is on record this founds the institute and needs no request. Then it
    is the action policy.change of whoever filed the request, asked on the policies
    that are in force and recorded like any other; only a permit changes them. Exit
    code 0 is in force, 1 is deny.
    """
    showing = Showing(_ACTIVATE, token, session, key, passphrase_file)
    showing.check(authn)
    institute = open_institute(folder)
    change = institute.policy_change(source)
    try:
        if change.in_force() == change.judge.digest:
            change.keep()
            _print_activated(change, "in force already", None, fmt)
        elif not request:
            receipt = change.found()
            _print_activated(change, "founded", receipt, fmt)
            say("put in force without a quorum, since nobody is on record yet")
        else:
            how = _How(via, authn, tuple(present or ()), showing)
            _ask(institute, change, request, how, fmt)
    finally:
        change.close()
    if source is not None:
        changed = institute.restore_policies()
        count = counted(len(changed), "file")
        say(f"policies/ and threat_models/ follow: {count} changed")


class _How(NamedTuple):
    """Where and by whom a change is asked for.

    Attributes:
        via: id of the enforcement point; that of the settings if empty.
        authn: how the session was proven, as it is said.
        present: who else is there.
        showing: what shows who asks.
    """

    via: str
    authn: str
    present: tuple[str, ...]
    showing: Showing


def _ask(
    institute: "Institute",
    change: "PolicyChange",
    name: str,
    how: "_How",
    fmt: FormatOption,
) -> None:
    """Ask for a change as whoever filed the request; carry out what is permitted.

    Raises:
        typer.Exit: it is denied.
    """
    from ringwall.cli.answers import answer_of, answer_sheet, show_answer
    from ringwall.cli.check import exit_code

    granted = change.request(name)
    # Before it is asked: a grant that can't be carried out is not to be spent.
    change.check_record(name)
    decision = _decide(institute, change, granted, how)
    if not decision.permitted:
        answer = answer_of(decision)
        print_object(answer, fmt, lambda: show_answer(answer), answer_sheet(answer))
        raise typer.Exit(exit_code(decision) or ExitCode.DENY)
    _print_activated(change, "activated", change.carry_out(decision, name), fmt)


def _decide(
    institute: "Institute",
    change: "PolicyChange",
    granted: "GrantRequest",
    how: "_How",
) -> "Decision":
    from ringwall.gate.request_reader import request_from_words

    point = how.via or institute.settings.point or ""
    if not point:
        raise Misuse(_ACTIVATE, "missing --via")
    question = request_from_words(
        subject=granted.subject,
        action=granted.action,
        resource=granted.resource,
        point=point,
        authn=how.authn or "none",
        purpose=granted.purpose,
        grant=granted.id,
        binds=change.judge.digest,
        present=how.present,
    )
    gate = institute.gatekeeper(point, kept=True)
    try:
        return gate.check_request(shown_request(gate, question, how.showing))
    finally:
        gate.close()


def _print_activated(
    change: "PolicyChange", outcome: str, receipt: "Receipt | None", fmt: FormatOption
) -> None:
    value = {
        "outcome": outcome,
        "digest": change.judge.digest,
        "entry": None if receipt is None else receipt.index,
    }

    def table() -> None:
        print_field("policies", outcome)
        print_field("digest", change.judge.digest)
        if receipt is not None:
            print_field("record", f"entry {receipt.index}")

    print_object(value, fmt, table, Sheet(list(value), [value]))


def _restore(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Put the policies and threat models in force back on disk, from their copy.

    What was edited there meanwhile is lost: copy it first if you want to look at it.
    """
    changed = open_institute(folder).restore_policies()
    value = {"changed": list(changed)}

    def table() -> None:
        for name in changed:
            print_text(name)
        print_text(f"{counted(len(changed), 'file')} put back")

    print_object(
        value, fmt, table, Sheet(("changed",), [{"changed": name} for name in changed])
    )
