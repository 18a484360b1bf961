"""What tables must be beyond each row: no step down, nothing dead."""

from tests.triage_tables import edited, faults_of, files


def _codes(name: str, old: str, new: str) -> set[str]:
    return {fault.code for fault in faults_of(edited(name, old, new))}


def _row(name: str, row: str) -> str:
    lines = files()[name].decode().splitlines()
    return next(line for line in lines if line.startswith(f"{row},"))


def test_a_step_down_is_refused_with_the_two_rows() -> None:
    line = _row("main.csv", "m1344")

    found = faults_of(edited("main.csv", line, line.replace(",immediate,", ",track,")))

    assert {fault.code for fault in found} == {"step-down"}
    assert "m1344" in found[0].message
    assert found[0].message.count("rows m") == 1
    assert "`priority`" in found[0].message


def test_a_step_down_of_a_set_is_refused() -> None:
    line = _row("main.csv", "m0700")
    assert " " in line or "R0" in line

    found = faults_of(edited("main.csv", line, line.replace("R06", "")))

    assert {fault.code for fault in found} == {"step-down"}
    assert "R06 is lost" in found[0].message


def test_a_step_down_of_a_composed_table_is_refused() -> None:
    line = _row("harm.csv", "h60")

    found = faults_of(edited("harm.csv", line, line.replace("grave", "limited")))

    assert {fault.code for fault in found} == {"step-down"}
    assert "h60" in found[0].message


def test_a_level_that_nothing_makes_is_refused() -> None:
    data = files()["threat.csv"].replace(b",extreme", b",high")

    codes = {fault.code for fault in faults_of({**files(), "threat.csv": data})}

    assert codes == {"dead-word"}


def test_a_word_that_nothing_gives_is_refused() -> None:
    data = files()["main.csv"].replace(b",clear,", b",green,")

    codes = {fault.code for fault in faults_of({**files(), "main.csv": data})}

    assert codes == {"dead-word"}


def test_a_clock_for_an_exercise_is_refused() -> None:
    codes = _codes("legal.csv", "legal=death & kind>=realised-harm", "legal=death")

    assert codes == {"clock-of-an-exercise"}


def test_a_clock_of_an_override_is_held_to_the_same() -> None:
    line = _row("overrides.csv", "o08")

    codes = _codes("overrides.csv", line, line.replace("R05,,4", "R05,COP93-CYB,4"))

    assert codes == {"clock-of-an-exercise"}


def test_a_clock_of_a_main_row_that_an_exercise_reaches_is_refused() -> None:
    data = files()["main.csv"].replace(b"R02,,5", b"R02,NIS2-23,5")

    codes = {fault.code for fault in faults_of({**files(), "main.csv": data})}

    assert "clock-of-an-exercise" in codes


def test_a_clock_of_no_incident_may_run_for_a_hazard() -> None:
    row = "l99,comp>=1e25,scheduled,AIA52,336,no,6,a notice of compute"
    line = _row("legal.csv", "l17")

    from ringwall.raid.triage.reading import parse_triage

    tables = parse_triage(edited("legal.csv", line, f"{line}\n{row}"), "t")

    assert "AIA52" in tables.clocks


def test_what_is_owed_within_five_days_is_no_ordinary_work() -> None:
    line = _row("legal.csv", "l07")

    codes = _codes("legal.csv", line, line.replace("out-of-cycle", "scheduled"))

    assert codes == {"late-for-its-limit"}


def test_an_override_that_changes_nothing_is_refused() -> None:
    row = "o99,auto>=shown,track,,,,,,,,,,2,said already"
    line = _row("overrides.csv", "o19")

    assert _codes("overrides.csv", line, f"{line}\n{row}") == {"dead-row"}


def test_an_override_that_the_composed_tables_have_said_already_is_refused() -> None:
    when = "spread>=union & kind>=realised-harm & cred>=credible"
    row = f"o99,{when},out-of-cycle,,S3,,,all,,,,,11,said by the table of harm"
    line = _row("overrides.csv", "o19")

    assert _codes("overrides.csv", line, f"{line}\n{row}") == {"dead-row"}
