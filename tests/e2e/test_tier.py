"""`tier`: assets by tier, raised by a declaration, lowered by a permit only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.requesting import approve
from tests.e2e.running import FILES, Ringwall
from tests.example import activate, add_row

NOTES = "assets:\n- {id: dataset:notes, tier: upper, content: internal}\n"
LOWER = [
    *("tier", "lower", "dataset:notes", "--to", "lower", "--subject", "user:grace"),
    *("--via", "point:vault-desk", "--authn", "hardware-fresh"),
    *("--reason", "nothing in it any more"),
]
"""A question that is permitted where no approval is needed."""


@pytest.fixture
def three(
    ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Ringwall:
    """The command line, in an institute of three tiers."""
    folder = tmp_path / "three"
    ringwall("init", folder, "--tiers", "three")
    assert ringwall("apply", *FILES, "-C", folder).code == 0
    monkeypatch.chdir(folder)
    return ringwall


@pytest.fixture
def notes(ringwall: Ringwall, tmp_path: Path) -> Ringwall:
    """The command line, with a data set on record that may move down."""
    (tmp_path / "notes.yaml").write_text(NOTES)
    assert ringwall("apply", tmp_path / "notes.yaml").code == 0
    return ringwall


@pytest.fixture
def opened(notes: Ringwall, institute: Path) -> Ringwall:
    """The same under a policy by which a custodian may move things down alone."""
    row = (
        "p, acc-990, custodian, dataset, upper, tier.lower, SL3, SL4, "
        "hardware-fresh, none, allow"
    )
    add_row(Institute(institute), row)
    activate(Institute(institute))
    return notes


def tier_of(ringwall: Ringwall, asset: str) -> str:
    (found,) = [row for row in ringwall("tier", "ls").json() if row["id"] == asset]
    return str(found["tier"])


def test_assets_are_listed_by_tier_the_highest_first(ringwall: Ringwall) -> None:
    rows = ringwall("tier", "ls").json()

    assert [row["tier"] for row in rows] == sorted(
        (row["tier"] for row in rows), key=["upper", "lower", "none"].index
    )
    assert rows[0] == {
        "tier": "upper",
        "id": "case:2026-0003",
        "kind": "raid-case",
        "content": "raid",
        "compartments": ["raid"],
        "held_at": [],
    }
    assert rows[-1]["id"] == "weights:comet-0"


@pytest.mark.parametrize(
    ("tier", "asset"),
    [
        ("upper", "weights:aurora-2"),
        ("lower", "weights:pico-1"),
        ("none", "weights:comet-0"),
    ],
)
def test_one_tier_may_be_listed(ringwall: Ringwall, tier: str, asset: str) -> None:
    done = ringwall("tier", "ls", tier, "--format", "csv")

    rows = done.csv()
    assert {row["tier"] for row in rows} == {tier}
    assert asset in {row["id"] for row in rows}


def test_the_list_breaks_no_id_and_fits_a_screen(ringwall: Ringwall) -> None:
    done = ringwall.table("tier", "ls")

    _, head, _, *lines = done.out.splitlines()
    assert head.split() == ["id", "tier", "content", "compartments", "held_at"]
    assert max(map(len, lines)) <= 80
    (held,) = [line for line in lines if "weights:meso-1 " in line]
    assert held.split() == [
        *("weights:meso-1", "lower", "internal"),
        "site:hub-north,",
    ]
    assert lines[lines.index(held) + 1].split() == ["site:hub-south"]


def test_a_tier_without_assets_is_an_empty_list(ringwall: Ringwall) -> None:
    assert ringwall("tier", "ls", "third").json() == []
    assert ringwall("tier", "ls", "fourth").code == 2


def test_a_dry_run_shows_who_loses_what_and_which_measures_are_missing(
    ringwall: Ringwall, institute: Path
) -> None:
    before = (institute / "ledger.db").read_bytes()

    done = ringwall("tier", "raise", "weights:meso-1", "--to", "upper", "--dry-run")

    value = done.json()
    lost = {(row["subject"], row["action"]) for row in value["lost"]}
    short = {(row["site"], row["domain"]): row for row in value["shortfalls"]}
    assert done.code == 0
    assert (value["assets"], value["to"], value["applied"]) == (
        ["weights:meso-1"],
        "upper",
        False,
    )
    assert ("user:sofia", "weights.infer") in lost
    assert ("user:yves", "weights.finetune") in lost
    assert ("user:ada", "weights.read") not in lost
    south = short["site:hub-south", "weights"]
    assert (south["level"], south["needed"], south["holds"]) == ("SL2", "SL3", True)
    assert "SL3-WS-1" in south["missing"]
    assert short["site:campus", "personnel"]["holds"] is False
    assert ("site:hub-north", "weights") not in short
    assert done.err == "nothing was written (--dry-run)\n"
    assert (institute / "ledger.db").read_bytes() == before


def test_what_raising_does_fits_a_screen(ringwall: Ringwall) -> None:
    done = ringwall.table("tier", "raise", "weights:meso-1", "--to", "SL3-4")

    assert done.code == 3
    assert "who could no longer do what, with weights:meso-1 in upper" in done.out
    assert "sites that hold or serve it and fall short" in done.out
    assert "site:hub-south (holds)" in " ".join(done.out.split())
    assert max(map(len, done.out.splitlines())) <= 80


def test_who_loses_what_names_the_asset_where_there_are_several(
    ringwall: Ringwall,
) -> None:
    words = ("tier", "raise", "--to", "upper", "--dry-run", "weights:meso-1")

    one, two = ringwall.table(*words), ringwall.table(*words, "weights:pico-1")

    assert one.out.splitlines()[1].split() == ["subject", "actions"]
    assert two.out.splitlines()[1].split() == ["subject", "asset", "actions"]


def test_raising_is_refused_while_a_site_that_holds_it_falls_short(
    ringwall: Ringwall,
) -> None:
    done = ringwall("tier", "raise", "weights:meso-1", "--to", "upper")
    as_json = ringwall(
        *("tier", "raise", "weights:meso-1", "--to", "upper", "--format", "json")
    )

    assert done.code == as_json.code == 3
    assert done.json()["applied"] is False
    assert done.json()["lost"]
    assert "site:hub-south" in done.err
    assert "\nnext: bring the sites to the tier or place the assets" in done.err
    assert [f["code"] for f in as_json.error()["faults"]] == ["site-insufficient"]
    assert tier_of(ringwall, "weights:meso-1") == "lower"


def test_raising_is_refused_while_something_derived_would_be_left_below(
    ringwall: Ringwall,
) -> None:
    words = ("tier", "raise", "weights:pico-1", "--to", "upper")

    done = ringwall(*words, "--format", "json")
    as_table = ringwall.table(*words, "--dry-run")

    codes = {fault["code"] for fault in done.error()["faults"]}
    assert codes == {"derived-lower", "site-insufficient"}
    assert done.json()["left_below"] == ["weights:pico-1-medic"]
    assert as_table.out.endswith("left below\nweights:pico-1-medic\n")


def test_raising_is_on_record_and_takes_effect(ringwall: Ringwall) -> None:
    asset = "code:interp-tools"
    words = ("check", "--subject", "user:sofia", "--action", "research.read")
    asked = (*words, "--asset", asset, "--via", "point:campus-desk", "--authn", "mfa")
    assert ringwall(*asked).code == 0

    done = ringwall("tier", "raise", asset, "dataset:clinic-notes", "--to", "upper")

    assert (done.code, done.json()["applied"]) == (0, True)
    assert tier_of(ringwall, asset) == "upper"
    assert tier_of(ringwall, "dataset:clinic-notes") == "upper"
    event = ringwall("audit", "show", _size(ringwall) - 1).json()["event"]
    assert event["kind"] == "fact.declared"
    assert ringwall(*asked).code == 1
    assert ringwall("audit", "verify").code == 0


def test_raising_is_whole_or_not_at_all(ringwall: Ringwall) -> None:
    done = ringwall(
        "tier", "raise", "code:interp-tools", "weights:meso-1", "--to=upper"
    )

    assert done.code == 3
    assert tier_of(ringwall, "code:interp-tools") == "lower"


def test_a_table_says_what_is_held_where_now(ringwall: Ringwall) -> None:
    done = ringwall.table("tier", "raise", "code:interp-tools", "--to", "upper")

    assert done.out.splitlines()[-1] == "held in upper now: code:interp-tools"


def test_the_third_tier_needs_what_no_site_has(three: Ringwall) -> None:
    done = three("tier", "raise", "weights:aurora-1", "--to", "SL5")

    value = done.json()
    assert done.code == 3
    assert value["to"] == "third"
    assert {row["needed"] for row in value["shortfalls"]} == {"SL5"}
    assert {row["site"] for row in value["shortfalls"]} == {
        "site:hub-north",
        "site:hub-west",
    }


def test_what_is_placed_nowhere_is_raised_to_the_third_tier(three: Ringwall) -> None:
    done = three("tier", "raise", "eval:aurora-2-full", "--to", "third")

    assert done.code == 0
    assert tier_of(three, "eval:aurora-2-full") == "third"


def test_an_institute_of_two_tiers_has_no_third(ringwall: Ringwall) -> None:
    for option in ((), ("--dry-run",)):
        done = ringwall("tier", "raise", "eval:aurora-2-full", "--to", "SL5", *option)

        assert (done.code, done.out) == (3, "")
        assert "tier-not-set-up: the institute has no tier `third`" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("raise", "weights:aurora-9", "--to", "upper"),
        ("raise", "user:ada", "--to", "upper"),
        ("lower", "weights:aurora-9", *LOWER[3:]),
    ],
)
def test_an_asset_that_is_not_on_record_is_not_moved(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    done = ringwall("tier", *words)

    assert (done.code, done.out) == (2, "")
    assert "unknown-asset" in done.err
    assert "\nnext: " in done.err


def test_a_close_id_is_named(ringwall: Ringwall) -> None:
    done = ringwall("tier", "raise", "weights:aurora-22", "--to", "upper")

    assert "perhaps you mean `weights:aurora-2`" in done.err


def test_raising_to_where_it_is_changes_nothing(ringwall: Ringwall) -> None:
    size = _size(ringwall)

    done = ringwall("tier", "raise", "eval:aurora-2-full", "--to", "upper")

    assert (done.code, done.json()["lost"]) == (0, [])
    assert _size(ringwall) == size


def test_lowering_needs_approvals(notes: Ringwall) -> None:
    done = notes(*LOWER)

    codes = [reason["code"] for reason in done.json()["context"]["reasons"]]
    recorded = notes("why", "last").json()
    assert done.code == 1
    assert codes == ["approval-missing"]
    assert recorded["context"]["request"]["action"] == "tier.lower"
    assert recorded["context"]["request"]["purpose"] == "nothing in it any more"
    assert tier_of(notes, "dataset:notes") == "upper"


def test_a_permit_moves_the_asset_down(opened: Ringwall) -> None:
    size = _size(opened)

    done = opened(*LOWER)

    context = done.json()["context"]
    assert done.code == 0
    assert context["moved"]["tier"] == "lower"
    # The permit, the notice that goes with it, the fact.
    assert context["moved"]["entry"] == context["receipt"]["index"] + 2
    assert _size(opened) == size + 3
    assert tier_of(opened, "dataset:notes") == "lower"
    assert opened("audit", "verify").code == 0


def test_what_is_lowered_has_been_approved(asking: Ringwall, tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text(NOTES)
    assert asking("apply", tmp_path / "notes.yaml").code == 0
    wish = (
        *("request", "new", "--subject", "user:grace", "--action", "tier.lower"),
        *("--asset", "dataset:notes", "--purpose", "nothing in it any more"),
    )
    name = asking(*wish, "--key", "grace.key").json()["id"]

    pending = asking(*LOWER)
    for who, seat in (
        ("cleo", "custodian"),
        ("dennis", "custodian"),
        ("marian", "ciso"),
    ):
        assert approve(asking, name, who, seat).code == 0
    done = asking(*LOWER)

    assert pending.code == 7
    assert done.code == 0
    assert done.json()["context"]["grant"] == name
    assert tier_of(asking, "dataset:notes") == "lower"


def test_who_lowers_shows_who_they_are(proven: Ringwall, tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text(NOTES)
    assert proven("apply", tmp_path / "notes.yaml").code == 0
    at_trainer = [w.replace("vault-desk", "trainer") for w in LOWER]
    words = [w.replace("user:grace", "user:ada") for w in at_trainer]

    word = proven(*words)
    beside = proven(*words, "--key", "ada.key")
    start = words.index("--authn")
    shown = proven(*words[:start], *words[start + 2 :], "--key", "ada.key")

    assert word.code == 5
    assert beside.code == 2
    assert shown.code == 1
    assert shown.json()["context"]["session"]
    assert tier_of(proven, "dataset:notes") == "upper"


def test_a_table_says_that_it_moved(opened: Ringwall) -> None:
    done = opened.table(*LOWER)

    assert done.out.splitlines()[-1] == "dataset:notes is held in lower now"


def test_a_deny_moves_nothing(opened: Ringwall) -> None:
    words = [word.replace("user:grace", "user:ada") for word in LOWER]

    done = opened.table(*words)

    assert done.code == 1
    assert "is held in" not in done.out
    assert tier_of(opened, "dataset:notes") == "upper"


def test_what_the_tier_does_not_admit_is_not_asked_for(ringwall: Ringwall) -> None:
    size = _size(ringwall)
    words = ["programme:shield" if word == "dataset:notes" else word for word in LOWER]

    done = ringwall(*words)

    assert (done.code, done.out) == (3, "")
    assert "tier-too-low" in done.err
    assert "\nnext: change first what the tier does not admit" in done.err
    assert _size(ringwall) == size


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: [*w[:2], "weights:pico-1", *w[3:]], "held in lower, not above it"),
        (lambda w: [*w[:2], "weights:comet-0", *w[3:]], "held in none, not above it"),
        (lambda w: [*w[:7], *w[9:]], "missing --via"),
        (lambda w: w[:-2], "missing option"),
        (lambda w: [*w[:4], "third", *w[5:]], "is not one of"),
    ],
)
def test_a_command_line_that_asks_for_no_lowering_is_refused(
    notes: Ringwall, change: Callable[[list[str]], list[str]], message: str
) -> None:
    done = notes(*change(LOWER))

    assert (done.code, done.out) == (2, "")
    assert message in done.err


def _size(ringwall: Ringwall) -> int:
    rows = ringwall("audit", "ls", "--limit", "1").json()
    return int(rows[0]["entry"]) + 1
