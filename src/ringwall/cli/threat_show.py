"""`threat actors` and its like: the tables of the threat models, and single rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.options import Format, FormatOption, InstituteOption, examples
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows
from ringwall.cli.terminal import print_field, print_text
from ringwall.cli.threat_models import ModelsOption, read_models

if TYPE_CHECKING:
    from ringwall.threats.catalogue import Catalogue
    from ringwall.threats.rows import Level, Measure, Vector
    from ringwall.threats.tables import Row, Table

__all__ = ["register"]

_LABEL: Final = 14
_THREATS: Final = "threats_to_it"
_CLASSES: Final = ("OC1", "OC2", "OC3", "OC4", "OC5")
_VECTOR: Final = ("id", "name", *_CLASSES)
_MEASURE: Final = ("id", "name", "domain", "scope")
# Columns that say more than their cells take room; a screen has little of it.
_HEADS: Final = {"valid_from": "from", "valid_until": "until"}


@dataclass(frozen=True, slots=True)
class _Noun:
    """A table of the threat models as a verb.

    Attributes:
        name: of the verb and of the table.
        help: what the verb does.
        example: an id to show.
        columns: what the list shows on a screen.
        find: how a row is looked up; raises UnknownItem.
        related: heading -> rows that belong to one row.
    """

    name: str
    help: str
    example: str
    columns: tuple[str, ...]
    find: "Callable[[Catalogue, str], object]"
    related: "Callable[[Catalogue, str], Mapping[str, list[Row]]]"


def _nothing(_catalogue: "Catalogue", _name: str) -> "Mapping[str, list[Row]]":
    return {}


def _of_actor(catalogue: "Catalogue", name: str) -> "Mapping[str, list[Row]]":
    meant = [row for row in catalogue.levels.values() if row.goal.against == name]
    vectors: list[Row] = [
        {"id": row.id, "name": row.name, "score": row.feasibility[name]}
        for row in catalogue.vectors.values()
    ]
    feared: list[Row] = [
        {"id": row.id, "name": row.name}
        for row in catalogue.protected.values()
        if row.expected.actor == name
    ]
    return {
        "levels_meant_for_it": [_level(row) for row in meant],
        "vectors": sorted(vectors, key=lambda row: -int(row["score"])),
        "protected_that_expect_it": feared,
    }


def _of_level(catalogue: "Catalogue", name: str) -> "Mapping[str, list[Row]]":
    level = catalogue.level(name).level
    rows = [row for row in catalogue.measures.values() if row.level == level]
    return {"measures_it_adds": [_measure(row) for row in rows]}


def _of_vector(catalogue: "Catalogue", name: str) -> "Mapping[str, list[Row]]":
    countering = [_measure(row) for row in catalogue.countering[name]]
    return {"measures_that_counter_it": countering}


def _of_measure(catalogue: "Catalogue", name: str) -> "Mapping[str, list[Row]]":
    vectors = [catalogue.vector(vector) for vector in catalogue.measure(name).counters]
    return {"vectors_it_counters": [_vector(row) for row in vectors]}


def _of_protected(catalogue: "Catalogue", name: str) -> "Mapping[str, list[Row]]":
    threats = catalogue.protected_model(name).threats
    return {_THREATS: [row.model_dump(mode="json") for row in threats]}


def _level(row: "Level") -> "Row":
    return {"id": row.id, "theme": row.benchmark.theme, "state": row.benchmark.state}


def _measure(row: "Measure") -> "Row":
    fields = {"id": row.id, "name": row.name, "domain": row.domain.value}
    return {**fields, "scope": row.scope}


def _vector(row: "Vector") -> "Row":
    return {"id": row.id, "name": row.name, **dict(row.feasibility.items())}


_NOUNS: Final = (
    _Noun(
        "actors",
        "Classes of attack by operational capacity, OC1 to OC5.",
        "OC3",
        ("id", "name", "people", "time", "budget_usd"),
        lambda catalogue, name: catalogue.actor(name),
        _of_actor,
    ),
    _Noun(
        "levels",
        "Security levels SL1 to SL5: goal, benchmark and ladder.",
        "SL3",
        ("id", "against", "strength", "measures", "theme"),
        lambda catalogue, name: catalogue.level(name),
        _of_level,
    ),
    _Noun(
        "vectors",
        "Attack vectors, and how feasible each is for a class of attack.",
        "RUC-1",
        _VECTOR,
        lambda catalogue, name: catalogue.vector(name),
        _of_vector,
    ),
    _Noun(
        "measures",
        "Security measures, and the vectors that each counters.",
        "SL3-WS-1",
        (*_MEASURE, "counters"),
        lambda catalogue, name: catalogue.measure(name),
        _of_measure,
    ),
    _Noun(
        "capabilities",
        "Thresholds of capability that ask for more security.",
        "openai-bio-high",
        ("id", "tier", "framework", "version"),
        lambda catalogue, name: catalogue.capability(name),
        _nothing,
    ),
    _Noun(
        "compute",
        "Thresholds of computing power, and what follows above them.",
        "ai-act-systemic-risk",
        ("id", "threshold", "valid_from", "valid_until"),
        lambda catalogue, name: catalogue.compute_threshold(name),
        _nothing,
    ),
    _Noun(
        "powers",
        "How many people, at most, may hold a power over weights.",
        "copies",
        ("id", "limit", "tier", "actions"),
        lambda catalogue, name: catalogue.power(name),
        _nothing,
    ),
    _Noun(
        "protected",
        "Threat models of what is protected: from whom, at what price, how.",
        "frontier-weights",
        ("id", "name", "actor", "threats"),
        lambda catalogue, name: catalogue.protected_model(name),
        _of_protected,
    ),
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    for noun in _NOUNS:
        lines = (f"threat {noun.name}", f"threat {noun.name} {noun.example}")
        command = app.command(noun.name, help=noun.help, epilog=examples(*lines))
        command(_verb(noun))


def _verb(noun: _Noun) -> Callable[..., None]:
    def verb(
        name: Annotated[
            str | None,
            typer.Argument(
                metavar="[ID]",
                help=f"Show one alone and whole, e.g. {noun.example}.",
                show_default=False,
            ),
        ] = None,
        models: ModelsOption = None,
        folder: InstituteOption = None,
        fmt: FormatOption = None,
    ) -> None:
        from ringwall.threats.tables import table

        catalogue = read_models(models, folder)
        rows = table(catalogue, noun.name)
        if name is None:
            _print_list(noun, rows, fmt)
            return
        noun.find(catalogue, name)
        (row,) = (row for row in rows.rows if row["id"] == name)
        related = noun.related(catalogue, name)

        def show() -> None:
            _show(row, related)

        print_object({**row, **related}, fmt, show, Sheet(rows.columns, [row]))

    return verb


def _print_list(noun: _Noun, found: "Table", fmt: Format | None) -> None:
    columns, rows = noun.columns, found.rows
    if chosen_format(fmt) is Format.TABLE:
        columns = tuple(_HEADS.get(name, name) for name in noun.columns)
        rows = tuple({_HEADS.get(k, k): row[k] for k in noun.columns} for row in rows)
    print_rows(columns, rows, fmt, sheet=found.columns)


def _show(row: "Row", related: "Mapping[str, list[Row]]") -> None:
    for label, value in row.items():
        if value not in (None, "", []):
            print_field(label.replace("_", " "), _text(value), indent=_LABEL)
    for heading, rows in related.items():
        typer.echo()
        title = f"{heading.replace('_', ' ')}: {len(rows)}"
        if heading == _THREATS:
            print_text(title, style="bold")
            _show_threats(rows)
        else:
            print_rows(list(rows[0]) if rows else (), rows, Format.TABLE, title=title)


def _show_threats(rows: "list[Row]") -> None:
    """Print threats as paragraphs: too much is said of each for a table."""
    for row in rows:
        print_field(row["id"], row["about"])
        for name in ("vector", "measures", "rules"):
            if row[name]:
                print_field("", f"{name}: {_text(row[name])}", indent=2)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
