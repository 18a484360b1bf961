"""What the tables say of a case, by its assessment and what its reports answer."""

from ringwall.raid.assessing import assessed
from ringwall.raid.desk import RaidDesk
from ringwall.raid.judged_case import judged_case, judged_on
from ringwall.raid.triage.judging import Judged
from tests.raid_office import who
from tests.routed import QUIET, TABLES, case_facts, report
from tests.triage_tables import shipped
from tests.unit.raid.triage_desk import assess, opened

CALM = {**QUIET, "cred": ("confirmed",), "oc": ("oc1-2",), "pub": ("no",)}
ALL = tuple(shipped().points["legal"].values)


def judged(legal: tuple[str, ...], /, **said: object) -> Judged:
    points = {**CALM, "legal": legal}
    assessment = {name: frozenset(values) for name, values in points.items()}
    facts = case_facts(points, [report(**said)])
    return judged_on(facts, assessment, shipped(), TABLES)


def test_a_serious_incident_with_a_device_arms_its_clock_by_the_sector() -> None:
    said = {"sector": "medical device", "harms": ["health"]}
    assert "MDR87" in judged(("health",), **said).outcome.clocks
    assert "MDR87" in judged(ALL, **said).outcome.clocks
    assert "MDR87" not in judged(("none",), **said).outcome.clocks


def test_what_is_named_is_no_longer_asked() -> None:
    found = judged(ALL, sector="medical device", harms=["health"]).outcome
    assert not {*found.clocks} & {*found.asked}
    assert "AIA73-GEN" in found.asked


def test_what_settles_a_clock_that_may_be_owed_stands_on_its_row() -> None:
    found = judged(("personal-data",), entity=None, harms=["personal-data"])
    rows = {row.gives: row.inputs for row in found.because["clocks"]}
    assert rows["EUDPR34"]["settled-by"] == rows["GDPR33"]["settled-by"] == "entity"
    sure = judged(("personal-data",), harms=["personal-data"])
    (row,) = sure.because["clocks"]
    assert (row.gives, "settled-by" in row.inputs) == ("GDPR33", False)


def test_answers_never_change_what_else_the_tables_say() -> None:
    near = judged(("death",), harms=["death"]).outcome
    far = judged(("death",), harms=["death"], states=[]).outcome
    assert far == near._replace(clocks=())


def test_it_reads_the_case_as_it_is_on_record(desk: RaidDesk) -> None:
    case = opened(desk, sector="medical device", harms=["health"], states=["DE"])
    assess(desk, case, "legal=health", "class=sector-safety")
    rows = desk.acting.rows
    card = rows.card("raid.case", case)
    assert card is not None
    points = assessed(rows, case, shipped().points).points
    found = judged_case(rows, card, points, shipped(), TABLES)
    assert "MDR87" in found.outcome.clocks
    assert found == desk.triage.view(who("dorothy"), case).judged
    done = desk.triage.run(who("dorothy"), case).done
    armed = {e["card"]["rule"] for e in done.events if e["kind"] == "raid.clock"}
    assert armed == {*found.outcome.clocks}
