"""The bytes of a release: what may be told, its label, and what was left out."""

from ringwall.base.canonical import load_canonical
from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.outgoing.claimed import Claimed
from ringwall.raid.outgoing.exits import Exit
from ringwall.raid.outgoing.release_text import Wanted, Written, write
from ringwall.raid.routing.labels import Tlp
from tests.routed import case_facts, report

BODY = Recipient(
    *("csirt.fr", "no", "no", Tlp.AMBER, frozenset(), "FR"),
    has_key=True,
    is_attested=True,
)
NAME = "rel-aaaaaaaaaaaaaaaa"
LAW = Exit("law", frozenset(), 2, frozenset({"case", "class"}), "6.8", "own")


def written(wanted: Wanted, way_out: Exit | None = None, **more: object) -> Written:
    facts = case_facts(
        reports=[
            report(consent={"authorities": "yes"}),
            report(
                "report:r-bbbbbbbbbb",
                Tlp.RED,
                consent={"authorities": "yes"},
                title="a planted word",
            ),
        ]
    )
    words = {"compartments": frozenset[str](), "is_party": False, **more}
    return write(facts, wanted, BODY, release=NAME, way_out=way_out, **words)  # type: ignore[arg-type]  # words of a test


def test_what_is_above_the_recipient_is_left_out_and_counted() -> None:
    found = written(Wanted("csirt.fr", part="all"))

    told = load_canonical(found.data)
    assert told["label"] == "amber"
    assert {fact["label"] for fact in told["facts"]} == {"amber"}
    assert b"planted" not in found.data
    assert found.withheld["label"] > 0
    assert found.content.fields == {fact["name"] for fact in told["facts"]}


def test_less_of_the_facts_is_told_where_less_is_wanted() -> None:
    sizes = [
        len(load_canonical(written(Wanted("csirt.fr", part=part)).data)["facts"])
        for part in ("summary", "defence", "all")
    ]
    assert sizes == sorted(set(sizes))


def test_an_exit_tells_what_it_names_and_no_advice() -> None:
    wanted = Wanted("police.fr", advice="arrest them", claimed=Claimed("law"))
    found = written(wanted, LAW, exercise="autumn")

    told = load_canonical(found.data)
    assert set(told["facts"]) == {"case", "class"}
    assert (told["exit"], told["exercise"]) == ("law", "autumn")
    assert "advice" not in told
    assert found.withheld["exit"] > 0
    # Each report may have told it.
    assert found.content.label.tlp is Tlp.RED


def test_caveat_and_compartments_are_part_of_the_label() -> None:
    wanted = Wanted("csirt.fr", states=("FR", "DE"))
    found = written(wanted, compartments=frozenset({"embargo"}))

    assert found.content.label.states == frozenset({"FR", "DE"})
    assert found.content.label.compartments == {"embargo"}
    assert found.content.label.is_case


def test_bytes_are_the_same_each_time() -> None:
    wanted = Wanted("csirt.fr", part="all", advice="patch")
    assert written(wanted) == written(wanted)
    assert written(wanted).digest != written(Wanted("csirt.fr", part="all")).digest


def test_what_is_wanted_is_kept_and_read_back() -> None:
    for wanted in (
        Wanted("csirt.fr"),
        Wanted("police.fr", "all", "x", ("FR",), Claimed("order", order="1 O 1/27")),
    ):
        assert Wanted.of(wanted.document()) == wanted
