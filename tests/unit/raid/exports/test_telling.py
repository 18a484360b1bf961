"""What is told, made of a package."""

from dataclasses import replace

from ringwall.raid.exports.telling import incomplete, inert, telling_of
from ringwall.raid.routing.labels import Tlp
from ringwall.raid.routing.package import pack
from tests.exported import AGREED, CYBER, FULL, row_of, telling
from tests.routed import CASE, REPORT, TABLES, case_facts, report


def test_a_telling_has_the_facts_of_the_package_and_no_others() -> None:
    facts = case_facts(CYBER, [report(**FULL), report("report:r-b", Tlp.RED)])
    row = replace(row_of(case_facts(CYBER)), ceiling=Tlp.AMBER)
    package = pack(facts, row, TABLES)

    told = telling_of(package, row, CASE, ("energy",))

    assert (told.case, told.recipient, told.part) == (CASE, "csirt.de", row.part)
    assert (told.label, told.standing) == (Tlp.AMBER, Tlp.AMBER)
    assert [one.id for one in told.reports] == [REPORT]
    flat = {(CASE, name): list(values) for name, values in told.points.items()}
    flat |= {
        (one.id, name): value
        for one in told.reports
        for name, value in one.fields.items()
    }
    assert flat == {(fact.about, fact.name): fact.value for fact in package.facts}


def test_a_report_has_the_highest_label_of_what_is_told_of_it() -> None:
    told = telling([report("report:r-a", Tlp.RED, **AGREED), report("report:r-b")])

    assert [one.label for one in told.reports] == [Tlp.RED, Tlp.AMBER]
    assert told.label is Tlp.RED


def test_a_point_of_which_all_is_open_is_not_settled() -> None:
    told = telling([report()], {"danger": ("no", "imminent"), "expl": ("none",)})

    assert told.points["danger"] == ("no", "imminent")
    assert "danger" not in told.settled
    assert told.settled["expl"] == ("none",)


def test_only_reports_with_title_and_narrative_are_titled() -> None:
    told = telling([report("report:r-a"), report("report:r-b", **AGREED)])

    assert [one.id for one in told.titled] == ["report:r-b"]


def test_nothing_in_a_text_acts_and_its_lines_stay() -> None:
    hostile = "a\x1b[2Jb\u202ec\u0085d\n\te\u00e9"
    mark = "\N{REPLACEMENT CHARACTER}"

    assert inert(hostile) == f"a{mark}[2Jb{mark}c{mark}d\n\te\u00e9"
    assert inert({"a": [hostile, 1, None]})["a"][1:] == [1, None]
    assert inert(("plain",)) == ["plain"]


def test_what_a_form_lacks_is_named() -> None:
    error = incomplete("csaf", telling([report()]), ["its maker", "its version"])

    assert error.code == "export-incomplete"
    assert error.message.endswith("lacks its maker, its version")
    assert "raid export json" in error.next_step
