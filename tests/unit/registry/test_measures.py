"""Measures are attested where they are true, by others, and excepted by three hands."""

from pathlib import Path

import pytest

from ringwall.registry.plan import Verb
from tests.declaring import BASE, Files, verbs

DATES = 'from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z"'
PEOPLE = (
    BASE.replace(
        "people:\n",
        "- {id: org:inspect, relation: assessor, evidence: ["
        f"{{kind: screening, assessor: a board, {DATES}}}, "
        f"{{kind: agreement, assessor: a board, {DATES}}}]}}\n"
        "- {id: org:lax, relation: assessor, evidence: ["
        f"{{kind: screening, assessor: a board, {DATES}}}]}}\n"
        "- {id: org:office, relation: eu-institution}\n"
        "- {id: org:stopped, relation: assessor, suspended: true}\n"
        "people:\n"
        "- {id: user:eve, organisation: org:institute, roles: [ciso]}\n"
        "- {id: user:joe, organisation: org:institute, suspended: true}\n"
        "- {id: user:pat, organisation: org:partner, roles: [ciso]}\n",
    )
    + "- {id: dataset:last, tier: lower, content: open}\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, PEOPLE)


def site(measures: str, assessor: str, operator: str = "org:institute") -> str:
    return f"""\
sites:
- id: site:new
  operator: {operator}
  attestations:
  - measures: [{measures}]
    assessor: {assessor}
    evidence: {"ab" * 32}
    {DATES.replace(", ", chr(10) + "    ")}
"""


def institute(measures: str, assessor: str) -> str:
    text = site(measures, assessor).replace("sites:", "organisations:")
    return text.replace("site:new", "org:institute").replace(
        "operator: org:institute", "relation: institute"
    )


def exception(measure: str, approvers: str) -> str:
    return f"""\
sites:
- id: site:new
  operator: org:institute
  exceptions:
  - measure: {measure}
    compensation: somebody watches
    reason: it is on its way
    approved_by: [{approvers}]
    {DATES.replace(", ", chr(10) + "    ")}
"""


def test_a_measure_that_there_is_is_attested(files: Files) -> None:
    plan = files.plan(site("SL1-WS-1, SL3-SW-1", "org:inspect"))

    assert verbs(plan) == {"site:new": Verb.ADDED}


def test_a_measure_that_there_is_not_is_refused_where_it_stands(files: Files) -> None:
    # The document keeps its measures sorted; the file does not.
    text = site("SL1-WS-1,\n      SL1-AA-9,\n      SL1-SW-1", "org:inspect")

    code, line, message = files.whole_fault(text)

    assert (code, line) == ("unknown-measure", 6)
    assert "`SL1-AA-9` is no measure of the threat models" in message


def test_a_measure_of_the_institute_is_not_attested_at_a_site(files: Files) -> None:
    code, line, message = files.whole_fault(site("SL1-FM-1", "org:inspect"))

    assert (code, line) == ("measure-elsewhere", 5)
    assert message.endswith("`SL1-FM-1` is true of the institute, not of `site:new`")


def test_a_measure_of_a_site_is_not_attested_of_the_institute(files: Files) -> None:
    code, line, message = files.whole_fault(institute("SL1-WS-1", "org:inspect"))

    assert (code, line) == ("measure-elsewhere", 5)
    assert message.endswith("`SL1-WS-1` is true of a site, not of `org:institute`")


@pytest.mark.parametrize(
    "text",
    [
        site("SL3-WS-1", "org:institute"),
        site("SL1-WS-1, SL3-WS-1", "org:partner", "org:partner"),
        institute("SL4-FM-1", "org:institute"),
    ],
)
def test_from_sl3_up_nobody_attests_what_they_run(files: Files, text: str) -> None:
    assert files.fault(text) == ("assessor-not-independent", 6)


@pytest.mark.parametrize(
    "text",
    [
        site("SL2-WS-1", "org:institute"),
        site("SL2-WS-1", "org:partner"),
        site("SL2-WS-1", "org:lax"),
        site("SL5-WS-1", "org:office"),
        site("SL5-WS-1", "org:inspect", "org:partner"),
        institute("SL2-FM-1", "org:institute"),
        institute("SL5-FM-1", "org:inspect"),
    ],
)
def test_below_or_elsewhere_they_may(files: Files, text: str) -> None:
    assert len(files.plan(text).changes) == 1


@pytest.mark.parametrize("measure", ["SL1-WS-1", "SL3-WS-1"])
def test_whoever_is_suspended_attests_nothing(files: Files, measure: str) -> None:
    assert files.fault(site(measure, "org:stopped")) == ("assessor-unfit", 6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (site("SL3-WS-1", "org:partner"), "its relation is `partner`"),
        (site("SL1-WS-1, SL5-WS-1", "org:partner"), "its relation is `partner`"),
        (
            site("SL3-WS-1", "org:institute", "org:partner"),
            "its relation is `institute`",
        ),
        (site("SL3-WS-1", "org:lax"), "has no agreement in date"),
        (institute("SL3-FM-1", "org:lax"), "has no agreement in date"),
    ],
)
def test_from_sl3_up_nobody_but_a_fit_assessor_attests(
    files: Files, text: str, told: str
) -> None:
    code, line, message = files.whole_fault(text)

    assert (code, line) == ("assessor-unfit", 6)
    assert told in message


def test_an_assessors_agreement_counts_if_it_comes_with_the_measures(
    files: Files,
) -> None:
    renewed = f"""\
organisations:
- id: org:lax
  relation: assessor
  evidence:
  - {{kind: screening, assessor: a board, {DATES}}}
  - {{kind: agreement, assessor: a board, {DATES}}}
"""

    plan = files.plan(site("SL3-WS-1", "org:lax") + renewed)

    assert verbs(plan)["site:new"] is Verb.ADDED


def test_what_an_unfit_assessor_attested_before_is_not_judged_again(
    files: Files,
) -> None:
    before = PEOPLE.replace("sites:\n", site("SL3-WS-1", "org:lax"))
    again = site("SL3-WS-1", "org:lax") + "  note: as it was\n"

    assert verbs(files.on(before).plan(again)) == {"site:new": Verb.CHANGED}


def test_an_attestation_on_record_is_not_judged_again(files: Files) -> None:
    before = PEOPLE.replace("sites:\n", site("SL1-WS-1", "org:stopped"))
    again = site("SL1-WS-1", "org:stopped") + "  note: as it was\n"

    assert verbs(files.on(before).plan(again)) == {"site:new": Verb.CHANGED}


def test_a_site_does_not_go_to_who_attested_it(files: Files) -> None:
    before = PEOPLE.replace("sites:\n", site("SL3-WS-1", "org:partner"))
    moved = site("SL3-WS-1", "org:partner", "org:partner")

    assert files.on(before).fault(moved) == ("assessor-not-independent", 6)


def test_an_exception_is_approved_by_two_of_the_institute(files: Files) -> None:
    plan = files.plan(exception("SL2-WS-1", "user:eve, user:ada"))

    assert verbs(plan) == {"site:new": Verb.ADDED}


@pytest.mark.parametrize(
    ("approvers", "told"),
    [
        ("user:ada, user:eve, user:joe", "`user:joe` is suspended"),
        ("user:pat, user:eve", "`user:pat` is not of the institute"),
        ("user:ada, user:joe, user:eve", "`user:joe` is suspended"),
    ],
)
def test_an_exception_is_not_approved_by_others(
    files: Files, approvers: str, told: str
) -> None:
    code, line, message = files.whole_fault(exception("SL2-WS-1", approvers))

    assert (code, line) == ("exception-unapproved", 8)
    assert message == f"`approved_by`: {told}"


def test_an_exception_needs_the_head_of_security(files: Files) -> None:
    text = exception("SL2-WS-1", "user:ada, user:bob")
    bob = "people:\n- {id: user:bob, organisation: org:institute}\n"

    code, line, message = files.whole_fault(text + bob)

    assert (code, line) == ("exception-unapproved", 8)
    assert message == "`approved_by`: nobody with the role `ciso` is among them"


def test_one_person_is_not_two(files: Files) -> None:
    (fault,) = files.faults(exception("SL2-WS-1", "user:eve, user:eve"))

    assert (fault.code, fault.line) == ("wrong-value", 8)
    assert "twice" in fault.message


def test_an_exception_is_for_a_measure_that_there_is(files: Files) -> None:
    text = exception("SL2-AA-1", "user:eve, user:ada")

    assert files.fault(text) == ("unknown-measure", 5)


def test_an_exception_on_record_stays_approved(files: Files) -> None:
    text = exception("SL2-WS-1", "user:eve, user:ada")
    before = PEOPLE.replace("sites:\n", text).replace("[ciso]", "[researcher]")

    plan = files.on(before).plan(text + "  note: as it was\n")

    assert verbs(plan) == {"site:new": Verb.CHANGED}
