"""A plan says what would change, or names everything that is wrong."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.declarations import Asset, Document, WeightsFile
from ringwall.model.tiers import Tier
from ringwall.registry.declaration_file import DeclarationFile, read_declarations
from ringwall.registry.plan import Change, Plan, Terms, Verb, plan_changes


def admits(asset: Asset) -> str:
    """Stand for a classification that keeps restricted things out of the lower tier."""
    low = asset.tier is Tier.LOWER and asset.content == "restricted"
    return "content is restricted, needed internal" if low else ""


TERMS = Terms(frozenset({"custodian", "researcher"}), "two", admits)
BASE = """\
organisations:
- {id: org:institute, relation: institute}
- {id: org:partner, relation: partner}
people:
- {id: user:ada, organisation: org:institute, roles: [researcher]}
services:
- {id: service:bot, organisation: org:institute, operator: user:ada}
sites:
- {id: site:hub, operator: org:institute}
points:
- {id: point:desk, site: site:hub}
assets:
- {id: dataset:open, tier: lower, content: open}
- {id: dataset:kept, tier: upper, content: restricted}
- {id: dataset:new, content: internal}
"""


@pytest.fixture
def files(tmp_path: Path) -> "Files":
    return Files(tmp_path)


class Files:
    """Writes declaration files and plans on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, *texts: str) -> list[DeclarationFile]:
        paths = []
        for number, text in enumerate(texts):
            paths.append(self.folder / f"{number}.yaml")
            paths[-1].write_text(text)
        return read_declarations(paths)

    def base(self) -> dict[str, Document]:
        """Return the registry that `BASE` makes."""
        return {doc.id: doc for doc, _ in self.read(BASE)[0].documents()}

    def plan(self, *texts: str, terms: Terms = TERMS, retired: str = "") -> Plan:
        """Plan on the registry that `BASE` makes."""
        ids = frozenset({retired})
        return plan_changes(self.base(), self.read(*texts), terms, ids)

    def faults(
        self, *texts: str, terms: Terms = TERMS, retired: str = ""
    ) -> tuple[Fault, ...]:
        with pytest.raises(DeclarationError) as caught:
            self.plan(*texts, terms=terms, retired=retired)
        assert caught.value.code == "declaration-refused"
        return caught.value.faults

    def fault(
        self, *texts: str, terms: Terms = TERMS, retired: str = ""
    ) -> tuple[str, int]:
        """Return code and line of the only fault; it must have all its parts."""
        faults = self.faults(*texts, terms=terms, retired=retired)
        assert len(faults) == 1
        assert faults[0].file.endswith(".yaml")
        assert faults[0].message.startswith("`")
        assert faults[0].expected
        return faults[0].code, faults[0].line


def verbs(plan: Plan) -> Mapping[str, Verb]:
    return {change.entity: change.verb for change in plan.changes}


def test_an_empty_registry_takes_everything_as_added(files: Files) -> None:
    plan = plan_changes({}, files.read(BASE), TERMS)

    assert set(verbs(plan).values()) == {Verb.ADDED}
    assert len(plan.changes) == 9
    assert plan.unchanged == 0
    assert [c.entity for c in plan.changes] == sorted(verbs(plan))


def test_the_same_again_changes_nothing(files: Files) -> None:
    assert files.plan(BASE) == Plan((), 9)


def test_a_change_names_the_fields_that_differ(files: Files) -> None:
    plan = files.plan(
        "people:\n- {id: user:ada, organisation: org:institute, note: x}\n"
    )

    change = plan.changes[0]
    assert (change.verb, change.fields) == (Verb.CHANGED, ("note", "roles"))
    assert change.document is not None


def test_a_removal_carries_no_document(files: Files) -> None:
    plan = files.plan("remove: [dataset:open]\n")

    assert plan.changes == (Change(Verb.REMOVED, "dataset:open", None),)


def test_order_within_and_between_files_does_not_matter(files: Files) -> None:
    person = "people:\n- {id: user:bob, organisation: org:other}\n"
    organisation = "organisations:\n- {id: org:other, relation: partner}\n"

    assert files.plan(person, organisation) == files.plan(organisation, person)


def test_what_leans_on_each_other_can_be_removed_together(files: Files) -> None:
    plan = files.plan("remove: [site:hub, point:desk]\n")

    assert set(verbs(plan)) == {"site:hub", "point:desk"}


def test_what_is_named_no_longer_can_be_removed(files: Files) -> None:
    plan = files.plan(
        "remove: [service:bot, user:ada]\n"
        "people:\n- {id: user:bob, organisation: org:institute}\n"
    )

    assert verbs(plan)["user:ada"] is Verb.REMOVED


def test_an_id_declared_twice_in_one_file_is_refused(files: Files) -> None:
    text = "people:\n" + "- {id: user:eve, organisation: org:institute}\n" * 2

    assert files.fault(text) == ("duplicate-id", 3)


def test_an_id_declared_in_two_files_is_refused(files: Files) -> None:
    text = "people:\n- {id: user:eve, organisation: org:institute}\n"

    faults = files.faults(text, text)

    assert [(f.code, f.file[-6:], f.line) for f in faults] == [
        ("duplicate-id", "1.yaml", 2)
    ]


def test_an_id_both_declared_and_removed_is_refused(files: Files) -> None:
    text = (
        "remove:\n- dataset:open\n"
        "assets:\n- {id: dataset:open, tier: lower, content: open}\n"
    )

    assert files.fault(text) == ("duplicate-id", 2)


def test_an_id_removed_twice_is_refused(files: Files) -> None:
    text = "remove:\n- dataset:open\n- dataset:open\n"

    assert files.fault(text) == ("duplicate-id", 3)


def test_an_id_that_is_not_on_record_can_not_be_removed(files: Files) -> None:
    assert files.fault("remove:\n- user:nobody\n") == ("unknown-id", 2)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("people:\n- id: user:bob\n  organisation: org:none\n", "organisation"),
        (
            """\
services:
- id: service:x
  operator: user:none
  organisation: org:institute
""",
            "operator",
        ),
        ("sites:\n- id: site:x\n  operator: org:none\n", "operator"),
        ("points:\n- id: point:x\n  site: site:none\n", "site"),
    ],
)
def test_a_reference_to_nothing_is_refused(files: Files, text: str, field: str) -> None:
    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("unknown-reference", 3)]
    assert faults[0].message.startswith(f"`{field}`")


def test_a_reference_to_what_is_removed_here_is_refused(files: Files) -> None:
    text = (
        "remove: [org:partner]\npeople:\n- id: user:bob\n  organisation: org:partner\n"
    )

    assert files.fault(text) == ("unknown-reference", 4)


def test_what_others_lean_on_can_not_be_removed(files: Files) -> None:
    faults = files.faults("remove:\n- site:hub\n")

    assert [(f.code, f.line) for f in faults] == [("still-referenced", 2)]
    assert "point:desk" in faults[0].message


def test_a_role_that_no_policy_knows_is_refused(files: Files) -> None:
    text = "people:\n- id: user:bob\n  organisation: org:institute\n  roles: [wizard]\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("unknown-role", 4)]
    assert faults[0].expected == "custodian, researcher"


def test_a_service_has_known_roles_too(files: Files) -> None:
    text = (
        "services:\n- id: service:x\n  organisation: org:institute\n"
        "  operator: user:ada\n  roles: [wizard]\n"
    )

    assert files.fault(text) == ("unknown-role", 5)


def test_a_tier_too_low_for_the_asset_is_refused(files: Files) -> None:
    text = "assets:\n- id: dataset:x\n  content: restricted\n  tier: lower\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("tier-too-low", 4)]
    assert "needed internal" in faults[0].message


def test_a_tier_that_the_institute_lacks_is_refused(files: Files) -> None:
    text = "assets:\n- id: dataset:x\n  content: open\n  tier: third\n"

    assert files.fault(text) == ("tier-not-set-up", 4)
    three = Terms(TERMS.roles, "three", admits)
    assert verbs(files.plan(text, terms=three)) == {"dataset:x": Verb.ADDED}


@pytest.mark.parametrize(("tier", "line"), [("  tier: lower\n", 4), ("", 2)])
def test_an_edit_never_lowers_a_tier(files: Files, tier: str, line: int) -> None:
    text = f"assets:\n- id: dataset:kept\n  content: internal\n{tier}"

    assert files.fault(text) == ("tier-lowered", line)


def test_an_edit_may_raise_a_tier_or_give_the_first(files: Files) -> None:
    plan = files.plan(
        "assets:\n- {id: dataset:open, content: open, tier: upper}\n"
        "- {id: dataset:new, content: internal, tier: lower}\n"
    )

    assert {c.entity: c.fields for c in plan.changes} == {
        "dataset:new": ("tier",),
        "dataset:open": ("tier",),
    }


def test_an_asset_is_not_declared_again_under_an_id_that_was_removed(
    files: Files,
) -> None:
    text = "assets:\n- id: dataset:gone\n  content: open\n  tier: lower\n"

    assert files.fault(text, retired="dataset:gone") == ("id-retired", 2)


def test_a_person_may_come_back_under_the_same_id(files: Files) -> None:
    text = "people:\n- {id: user:gone, organisation: org:institute}\n"

    plan = files.plan(text, retired="user:gone")

    assert verbs(plan) == {"user:gone": Verb.ADDED}


def test_a_second_institute_is_refused(files: Files) -> None:
    text = "organisations:\n- id: org:other\n  relation: institute\n"

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [("second-institute", 3)]
    assert "org:institute and org:other" in faults[0].message


def test_a_document_that_no_entry_can_hold_is_refused(files: Files) -> None:
    words = ", ".join(f"compartment-{number:050}" for number in range(1000))
    text = (
        "people:\n- id: user:bob\n  organisation: org:institute\n"
        f"  compartments: [{words}]\n"
    )

    assert files.fault(text) == ("document-too-large", 2)


def test_faults_are_told_in_the_order_of_the_files(files: Files) -> None:
    faults = files.faults(
        "people:\n- {id: user:bob, organisation: org:none, roles: [x]}\n"
        "remove:\n- user:nobody\n",
        "remove:\n- site:none\n",
    )

    assert [(f.file[-6:], f.line) for f in faults] == [
        ("0.yaml", 2),
        ("0.yaml", 2),
        ("0.yaml", 4),
        ("1.yaml", 2),
    ]


def test_a_service_is_operated_from_its_own_organisation(files: Files) -> None:
    text = (
        "services:\n"
        "- id: service:bot\n"
        "  organisation: org:partner\n"
        "  operator: user:ada\n"
    )

    assert files.fault(text) == ("operator-elsewhere", 4)


def test_an_operator_does_not_move_away_from_the_service(files: Files) -> None:
    text = "people:\n- id: user:ada\n  organisation: org:partner\n"

    assert files.fault(text) == ("operator-elsewhere", 3)


def test_an_operator_and_the_service_may_move_together(files: Files) -> None:
    text = (
        "people:\n- {id: user:ada, organisation: org:partner}\n"
        "services:\n"
        "- {id: service:bot, organisation: org:partner, operator: user:ada}\n"
    )

    assert set(verbs(files.plan(text)).values()) == {Verb.CHANGED}


def test_the_institute_stays_the_institute(files: Files) -> None:
    text = "organisations:\n- id: org:institute\n  relation: partner\n"

    assert files.fault(text) == ("institute-changed", 3)


def test_nobody_becomes_the_institute(files: Files) -> None:
    text = (
        "organisations:\n"
        "- {id: org:institute, relation: partner}\n"
        "- {id: org:partner, relation: institute}\n"
    )

    codes = [(fault.code, fault.line) for fault in files.faults(text)]

    assert codes == [("institute-changed", 2), ("institute-changed", 3)]


def test_the_institute_is_not_removed(files: Files) -> None:
    current = {"org:institute": files.base()["org:institute"]}

    with pytest.raises(DeclarationError) as caught:
        plan_changes(current, files.read("remove:\n- org:institute\n"), TERMS)

    assert [f.code for f in caught.value.faults] == ["institute-changed"]


WEIGHTS = """\
assets:
- id: weights:{name}
  tier: {tier}
  content: internal
  compute: {{low: "1", high: "2"}}
"""
DIGEST = "0" * 64


def described(files: Files, name: str, tier: str) -> list[DeclarationFile]:
    """Return a declaration of weights with a file, whatever their name."""
    path = files.folder / f"{name}.yaml"
    path.write_text(WEIGHTS.format(name=name, tier=tier))
    file = WeightsFile(
        sha256=DIGEST, bytes=8, tensor_count=0, tensors_sha256=DIGEST, tensors=()
    )
    return read_declarations([path], {f"weights:{name}": file})


def test_a_file_is_not_held_lower_under_another_name(files: Files) -> None:
    current = {doc.id: doc for doc, _ in described(files, "a", "upper")[0].documents()}

    with pytest.raises(DeclarationError) as caught:
        plan_changes(current, described(files, "b", "lower"), TERMS)
    higher = plan_changes(current, described(files, "c", "upper"), TERMS)

    assert [f.code for f in caught.value.faults] == ["weights-held-higher"]
    assert verbs(higher) == {"weights:c": Verb.ADDED}


def test_weights_keep_their_file_until_another_is_named(files: Files) -> None:
    current = {doc.id: doc for doc, _ in described(files, "a", "upper")[0].documents()}
    again = files.read(WEIGHTS.format(name="a", tier="upper"))

    assert plan_changes(current, again, TERMS) == Plan((), 1)
