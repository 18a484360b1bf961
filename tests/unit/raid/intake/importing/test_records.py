from ringwall.base.errors import Fault
from ringwall.raid.intake.importing.records import (
    MOST_FAULTS,
    WITHHELD,
    Batch,
    Draft,
    Record,
    digest_of_record,
)
from ringwall.raid.intake.report_reader import check_report


def _draft(**fields: object) -> Draft:
    draft = Draft(fields)
    draft.put_title("A title")
    draft.put_narrative("What happened.")
    return draft


def _unmapped(draft: Draft) -> dict[str, str]:
    document = draft.done()
    check_report(document, "f")
    return {one["field"]: one["text"] for one in document.get("unmapped", [])}


def test_what_nobody_takes_is_named_with_its_path() -> None:
    draft = _draft(a={"b": "taken", "c": "left", "d": {"e": 1.5}}, f=["x", "y"], g=None)
    assert draft.text("a", "b") == "taken"
    assert _unmapped(draft) == {"a.c": "left", "a.d.e": "1.5", "f": "x; y"}


def test_what_is_taken_whole_is_not_named() -> None:
    draft = _draft(a={"b": 1})
    assert draft.take("a") == {"b": 1}
    assert draft.take("a", "b", "c") is None
    assert _unmapped(draft) == {}


def test_a_value_that_should_be_text_and_is_none_is_named() -> None:
    draft = _draft(a=7, b=[])
    assert draft.text("a") == draft.text("b") == ""
    assert _unmapped(draft) == {"a": "7"}


def test_who_somebody_is_is_named_and_not_told() -> None:
    draft = _draft(credit=[{"value": "Somebody"}], reporter="")
    draft.withhold("credit")
    draft.withhold("reporter")
    assert _unmapped(draft) == {"credit": WITHHELD}


def test_what_is_too_long_is_cut_and_said_to_be() -> None:
    draft = _draft(text="y" * 9000)
    draft.put_title("t " * 200)
    draft.put_narrative("n" * 30_000)
    told = _unmapped(draft)
    assert told["title"] == ("t " * 200).strip()
    assert told["narrative"].startswith("30000 characters")
    assert told["text"].endswith("(the original has it whole)")
    assert len(draft.document["title"]) <= 200


def test_references_stand_once_and_their_number_is_bounded() -> None:
    draft = _draft()
    for number in range(250):
        draft.refer(f"https://e.example/{number % 230}")
    draft.refer("  ")
    assert _unmapped(draft) == {"references": "30 more; the original has them"}
    assert len(draft.document["references"]) == 200


def test_more_fields_than_a_report_names_are_counted() -> None:
    told = _unmapped(_draft(**{f"f{number}": "x" for number in range(300)}))
    assert told["unmapped"] == "102 more fields"
    assert len(told) == 199


def test_a_chain_that_does_not_fit_is_shortened_and_said_to_be() -> None:
    draft = _draft()
    draft.document["chain"] = [{"text": "s" * 4000} for _ in range(20)]
    assert "of 20 steps stand in the original alone" in _unmapped(draft)["chain"]
    assert 5 < len(draft.document["chain"]) < 20


def test_a_chain_none_of_which_fits_is_left_out() -> None:
    draft = _draft(**{f"f{number}": "x" * 4000 for number in range(11)})
    draft.put_narrative("n" * 2000)
    draft.document["chain"] = [{"text": "\N{PILE OF POO}" * 4000}]
    told = _unmapped(draft)
    assert told["chain"].startswith("the last 1 of 1")
    assert "chain" not in draft.document


def test_a_record_is_known_again_by_what_it_says_and_not_by_its_order() -> None:
    assert digest_of_record({"a": 1.5, "b": "é"}) == digest_of_record(
        {"b": "é", "a": 1.5}
    )
    assert digest_of_record({"a": 1}) != digest_of_record({"a": 2})
    assert Record("atlas", "AML.CS0000", "", "", {}).source == "atlas:AML.CS0000"


def test_of_very_many_bad_records_it_is_told_that_there_are_more() -> None:
    batch = Batch("aiid", [], [])
    for number in range(MOST_FAULTS + 5):
        batch.refuse(Fault("f", number, 0, "record-refused", "no"))
    assert len(batch.faults) == MOST_FAULTS + 1
    assert batch.faults[-2].line == MOST_FAULTS - 1
    assert batch.faults[-1].code == "more-faults"
