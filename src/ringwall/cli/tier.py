"""`tier`: what is held in which tier, moved up by a declaration, down by a permit."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.identity import Showing, StatementOption, TokenOption, shown_request
from ringwall.cli.options import (
    AuthnOption,
    Format,
    FormatOption,
    InstituteOption,
    ViaOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.plans import tell_unless_in_force
from ringwall.cli.signing import KeyOption, PassphraseOption
from ringwall.cli.terminal import print_text
from ringwall.cli.tier_add import register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ringwall.base.errors import DeclarationError
    from ringwall.institute import Institute
    from ringwall.model.declarations import Document
    from ringwall.model.tiers import Tier
    from ringwall.pdp.raising import Impact
    from ringwall.registry.proposal import Draft

__all__ = ["app"]

# A tier by its name, or by the level of its domains.
_TIERS = {"lower": "lower", "upper": "upper", "third": "third"}
_LEVELS = {"SL1-2": "lower", "SL3-4": "upper", "SL5": "third"}
_ASSET = ("tier", "id", "kind", "content", "compartments", "held_at")
# For a screen; the id says of what kind it is.
_LISTED = ("id", "tier", "content", "compartments", "held_at")
_LOST = ("subject", "action", "asset")
_SHORT = ("site", "domain", "level", "needed", "missing")
_ToOption = Annotated[
    Literal["upper", "third", "SL3-4", "SL5"],
    typer.Option("--to", help="The tier, by its name or its levels."),
]

app = typer.Typer(
    help="See which tier assets are held in, and move them.", no_args_is_help=True
)
register(app)


@app.command("ls", epilog=examples("tier ls", "tier ls upper --format csv"))
def _ls(
    tier: Annotated[
        Literal["lower", "upper", "third", "none"] | None,
        typer.Argument(help="Only this one; none is what is in no tier yet."),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List assets by the tier they are held in, the highest tier first."""
    from ringwall.model.assets import Asset
    from ringwall.model.ids import asset_kind

    documents = open_institute(folder).facts().documents().values()
    rows = [
        {
            "tier": _word(asset.tier),
            "id": asset.id,
            "kind": asset_kind(asset.id),
            "content": asset.content,
            "compartments": list(asset.compartments),
            "held_at": list(asset.held_at),
        }
        for asset in sorted(
            (document for document in documents if isinstance(document, Asset)),
            key=lambda asset: (1 if asset.tier is None else -asset.tier, asset.id),
        )
        if tier in (None, _word(asset.tier))
    ]
    title = "assets by the tier they are held in"
    print_rows(_LISTED, rows, fmt, title=title, sheet=_ASSET)


@app.command(
    "raise",
    epilog=examples(
        "tier raise weights:meso-1 --to upper --dry-run",
        "tier raise weights:aurora-2 checkpoint:aurora-2-step-90k --to SL5",
    ),
)
def _raise(
    assets: Annotated[
        list[str], typer.Argument(metavar="ASSET...", help="E.g. weights:meso-1.")
    ],
    to: _ToOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it would do, write nothing.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Hold assets in a higher tier, all or none of them.

    First shows who could no longer do what, which sites fall short of the tier and
    which measures are missing there. Refused while an asset is placed at such a
    site, or something that derives from it would be left below.
    """
    from ringwall.pdp.raising import raise_impact
    from ringwall.registry.tier_order import TierOrder

    institute = open_institute(folder)
    facts, target = institute.facts(), _tier(institute, to)
    _must_be_assets(assets, facts.documents())
    now = institute.clock.now()
    impact = raise_impact(institute.decider(), facts, assets, target, now)
    value = _impact_value(assets, str(target), impact)
    refused = None
    if not dry_run:
        refused = _carry_out(
            institute,
            lambda known: [TierOrder.of("tier raise", target, assets, known)],
        )
    value["applied"] = not dry_run and refused is None
    sheet = Sheet(_LOST, value["lost"])
    print_object(value, fmt, lambda: _print_impact(value), sheet)
    if refused is not None:
        raise refused
    if dry_run:
        _tell_basis(institute)
        say("nothing was written (--dry-run)")


@app.command(
    "lower",
    epilog=examples(
        "tier lower eval:aurora-2-brief --to lower --subject user:grace \\\n"
        '      --via point:vault-desk --authn hardware-fresh --reason "it is out"'
    ),
)
def _lower(
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="E.g. eval:brief.")],
    to: Annotated[
        Literal["lower", "upper", "SL1-2", "SL3-4"],
        typer.Option("--to", help="The tier, by its name or its levels."),
    ],
    reason: Annotated[str, typer.Option(help="Why; at most 500 characters, recorded.")],
    subject: Annotated[str, typer.Option(help="Who asks, e.g. user:grace.")],
    via: ViaOption = "",
    authn: AuthnOption = "",
    token: TokenOption = None,
    session: StatementOption = None,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Hold an asset in a lower tier, if the gate permits just that.

    It is the action tier.lower, asked and recorded like any other; only a permit
    moves the asset. Exit code 0 is permit and moved, 1 is deny.
    """
    showing = Showing("ringwall tier lower", token, session, key, passphrase_file)
    showing.check(authn)
    institute = open_institute(folder)
    target, documents = _tier(institute, to), institute.facts().documents()
    _must_be_assets([asset], documents)
    _must_be_higher(asset, target, documents)
    _foresee(institute, asset, target)
    words = {
        "subject": subject,
        "resource": asset,
        "point": via or institute.settings.point or "",
        "authn": authn or "none",
        "purpose": reason,
    }
    if not words["point"]:
        raise Misuse("ringwall tier lower", "missing --via")
    raise typer.Exit(_ask(institute, target, (words, showing), fmt))


def _tell_basis(institute: "Institute") -> None:
    desk = institute.registry(writable=False)
    try:
        tell_unless_in_force(desk)
    finally:
        desk.close()


def _word(tier: "Tier | None") -> str:
    return "none" if tier is None else str(tier)


def _tier(institute: "Institute", word: str) -> "Tier":
    """Return the tier that a name or its levels mean.

    Raises:
        DeclarationError: `tier-not-set-up`, the institute has no such tier.
    """
    from ringwall.base.errors import DeclarationError
    from ringwall.model.tiers import Tier, tiers_of

    tier = Tier.parse(_TIERS.get(word) or _LEVELS[word])
    known = tiers_of(institute.settings.tiers)
    if tier not in known:
        raise DeclarationError(
            "tier-not-set-up",
            f"the institute has no tier `{tier}`",
            next_step=f"it has {' and '.join(map(str, known))}; to have the third, "
            "run `ringwall tier add third`",
        )
    return tier


def _must_be_assets(ids: "Sequence[str]", known: "Mapping[str, Document]") -> None:
    from difflib import get_close_matches

    from ringwall.base.errors import UnknownItem
    from ringwall.model.assets import Asset

    assets = [entity for entity, doc in known.items() if isinstance(doc, Asset)]
    for entity in ids:
        if entity not in assets:
            close = get_close_matches(entity, assets, n=1)
            step = f"perhaps you mean `{close[0]}`" if close else "see `tier ls`"
            raise UnknownItem(
                "unknown-asset",
                f"no asset `{entity[:128]}` is on record",
                next_step=step,
            )


def _must_be_higher(
    asset: str, target: "Tier", known: "Mapping[str, Document]"
) -> None:
    from ringwall.model.assets import Asset

    document = known[asset]
    held = document.tier if isinstance(document, Asset) else None
    if held is None or held <= target:
        raise Misuse(
            "ringwall tier lower", f"`{asset}` is held in {_word(held)}, not above it"
        )


def _carry_out(institute: "Institute", draft: "Draft") -> "DeclarationError | None":
    """Apply a draft; return why it was refused, None if it was not."""
    from ringwall.base.errors import DeclarationError

    desk = institute.registry()
    try:
        desk.apply_draft(draft)
    except DeclarationError as error:
        return _with_advice(
            error,
            "bring the sites to the tier or place the assets elsewhere, and raise "
            "what derives from them with them",
        )
    finally:
        desk.close()
    return None


def _with_advice(error: "DeclarationError", step: str) -> "DeclarationError":
    """Return a refusal with another next step: an order has no lines to mend."""
    from ringwall.base.errors import DeclarationError

    return DeclarationError(
        error.code, error.message, next_step=step, faults=error.faults
    )


def _impact_value(
    assets: "Sequence[str]", tier: str, impact: "Impact"
) -> dict[str, Any]:
    """Return what raising would do as JSON has it."""
    return {
        "assets": list(assets),
        "to": tier,
        "lost": [dict(zip(_LOST, way, strict=True)) for way in impact.lost],
        "shortfalls": [
            {
                "site": item.site,
                "holds": item.holds,
                "domain": item.domain.value,
                "level": str(item.level),
                "needed": str(item.needed),
                "missing": list(item.missing),
            }
            for item in impact.shortfalls
        ],
        "left_below": list(impact.left_below),
    }


def _print_impact(value: dict[str, Any]) -> None:
    names = ", ".join(value["assets"])
    lost: dict[tuple[str, str], list[str]] = {}
    for way in value["lost"]:
        lost.setdefault((way["subject"], way["asset"]), []).append(way["action"])
    rows = [
        {"subject": subject, "asset": asset, "actions": actions}
        for (subject, asset), actions in lost.items()
    ]
    title = f"who could no longer do what, with {names} in {value['to']}"
    # The title names the one asset already.
    several = ("asset",) if len(value["assets"]) > 1 else ()
    print_rows(("subject", *several, "actions"), rows, Format.TABLE, title=title)
    print_text()
    short = [
        {**row, "site": f"{row['site']} ({'holds' if row['holds'] else 'serves'})"}
        for row in value["shortfalls"]
    ]
    title = "sites that hold or serve it and fall short"
    print_rows(_SHORT, short, Format.TABLE, title=title)
    if value["left_below"]:
        print_text()
        print_text("derives from it, and would be left below", style="bold")
        print_text(", ".join(value["left_below"]))
    if value["applied"]:
        print_text()
        print_text(f"held in {value['to']} now: {names}")


def _foresee(institute: "Institute", asset: str, target: "Tier") -> None:
    """Refuse what the tier would not admit, before anybody is asked."""
    from ringwall.base.errors import DeclarationError

    desk = institute.registry(writable=False)
    try:
        desk.plan_lowering(asset, target)
    except DeclarationError as error:
        step = "change first what the tier does not admit, or leave the asset there"
        raise _with_advice(error, step) from None
    finally:
        desk.close()


def _ask(
    institute: "Institute",
    target: "Tier",
    how: tuple[dict[str, str], Showing],
    fmt: FormatOption,
) -> int:
    """Ask the gate, move the asset on a permit, print the answer; return the code."""
    from ringwall.cli.answers import answer_of, answer_sheet, show_answer
    from ringwall.cli.check import code_at_gate
    from ringwall.gate.request_reader import request_from_words

    words, showing = how
    gate = institute.gatekeeper(words["point"])
    try:
        question = request_from_words(
            subject=words["subject"],
            action="tier.lower",
            resource=words["resource"],
            point=words["point"],
            authn=words["authn"],
            purpose=words["purpose"],
        )
        decision = gate.check_request(shown_request(gate, question, showing))
        code = code_at_gate(decision, gate)
    finally:
        gate.close()
    answer = answer_of(decision)
    moved = ""
    if decision.permitted:
        desk = institute.registry()
        try:
            _, receipts = desk.lower(words["resource"], target, decision.settled)
        finally:
            desk.close()
        moved = f"{words['resource']} is held in {target} now"
        answer["context"]["moved"] = {
            "id": words["resource"],
            "tier": str(target),
            "entry": receipts[0].index,
        }

    def table() -> None:
        show_answer(answer)
        if moved:
            print_text(moved)

    print_object(answer, fmt, table, answer_sheet(answer))
    return int(code)
