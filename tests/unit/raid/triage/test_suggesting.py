"""What a report suggests, and how that compares with labels."""

import csv
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ringwall.raid.assessing import parse_points
from ringwall.raid.triage.judging import Judged, judge
from ringwall.raid.triage.outcomes import is_owned, rank
from ringwall.raid.triage.suggesting import (
    ALL,
    ANSWERED,
    SILENCE,
    WORDS,
    Suggestion,
    accepted,
    claimed_comp,
    claims,
    report_text,
    suggest,
)
from ringwall.raid.triage.wording import read_text
from tests.triage_tables import edited, parsed, shipped
from tests.unit.raid.triage_desk import MILD_ANSWERS

HERE = Path(__file__).parent
CYBER = (
    "The attacker sent an email to the office in which a prompt injection was hidden, "
    "and the assistant of the firm sent it the file that it asked for."
)


def grouped(document: Mapping[str, Any]) -> dict[str, list[Suggestion]]:
    found: dict[str, list[Suggestion]] = {}
    for one in suggest(shipped(), {"title": "A report", "narrative": "", **document}):
        found.setdefault(one.point, []).append(one)
    return found


def suggested(**document: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - of a report
    return {name: ones[0].values for name, ones in grouped(document).items()}


def bases(**document: Any) -> dict[str, list[str]]:  # noqa: ANN401 - of a report
    found = grouped(document)
    return {name: [one.basis for one in ones] for name, ones in found.items()}


def judged(document: Mapping[str, Any], *wanted: str) -> Judged:
    """Return what becomes of a report whose suggestions are taken over unread."""
    known = accepted(grouped(document), frozenset(wanted))
    return judge(shipped(), shipped().points.narrowed(known))


def owned(document: Mapping[str, Any], *wanted: str) -> bool:
    return is_owned(judged(document, *wanted).outcome.owner)


def test_answers_are_suggested_first() -> None:
    found = suggested(
        kind="demonstration",
        behaviour="shown",
        weights="self-exfiltrated",
        danger="imminent",
        public="yes",
        harms=["death", "personal-data"],
        states=["DE", "FR"],
        compute={"low": "9e25", "high": "1.1e26"},
        entity="essential-entity",
    )

    assert found == {
        "kind": ("demonstrated-in-test",),
        "auto": ("shown",),
        "spread": ("several-states", "union"),
        "revers": ("none",),
        "comp": ("straddles",),
        "pub": ("yes",),
        "danger": ("imminent",),
        "weights": ("self-exfiltrated",),
        "legal": ("death", "personal-data", "essential-entity"),
    }


def test_nothing_is_suggested_of_what_is_not_known() -> None:
    unknown = dict.fromkeys(
        ("kind", "behaviour", "weights", "danger", "public", "harms", "states"),
        "unknown",
    )

    assert suggested(**unknown, compute="unknown", entity="provider") == {}
    assert suggested(states=["DE"]) == {}


def test_no_harm_is_an_answer() -> None:
    assert suggested(harms=["none"])["legal"] == ("none",)
    assert suggested(harms=["none"], entity="union-body")["legal"] == ("union-body",)


def test_claimed_points_are_suggested_where_they_are_points() -> None:
    found = suggested(points={"oc": "oc3", "expl": ["none"], "mood": "x", "auto": "y"})

    assert found == {"oc": ("oc3",), "expl": ("none",)}


def test_words_add_what_is_worse_to_an_answer_and_never_narrow_it() -> None:
    told = "The model copied itself to another host and lied about it to its users."

    assert suggested(narrative=told, behaviour="none")["auto"] == (
        *("none", "suspected", "shown"),
    )
    assert suggested(narrative=told, behaviour="suspected")["auto"] == (
        *("suspected", "shown"),
    )
    assert suggested(narrative=told, behaviour="shown")["auto"] == ("shown",)
    assert bases(narrative=told, behaviour="none")["auto"] == [ANSWERED]


def test_words_of_a_death_add_the_event_and_rule_out_none() -> None:
    told = "A patient was killed by the pump."

    every = tuple(shipped().points["legal"].values)
    assert suggested(narrative=told, harms="unknown")["legal"] == every
    assert suggested(narrative=told, harms=["none"])["legal"] == ("none", "death")
    assert suggested(narrative=told, harms=["health"])["legal"] == ("death", "health")
    assert suggested(narrative=told, harms=["death"])["legal"] == ("death",)
    assert suggested(narrative=told)["revers"] == ("none",)


def test_words_that_leave_all_open_do_not_undo_an_answer_that_is_worse() -> None:
    told = "In a simulation it was given the goal, and its notes tell of its reasoning."

    assert suggested(narrative=told, behaviour="shown")["auto"] == ("shown",)
    assert suggested(narrative=told, behaviour="none")["auto"] == (
        *("none", "suspected", "shown"),
    )


def test_an_answer_that_leaves_all_open_is_suggested_too() -> None:
    every = list(shipped().points["expl"].values)

    assert suggested(points={"expl": every})["expl"] == tuple(every)


def test_words_alone_rule_out_nothing_that_is_worse() -> None:
    found = grouped({"narrative": "The weights were stolen from a hospital's ward."})

    assert found["weights"][0].values == ("stolen", "self-exfiltrated")
    assert {"cyber", "cbrn", "loss-of-control"} < set(found["class"][0].values)
    assert "words rule out nothing that is worse" in found["class"][0].reason


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("w62,oc,oc4 oc5,", "w62,resp,is-the-suspect,", "resp"),
        ("w62,oc,oc4 oc5,", "w62,legal,union-body,", "legal"),
    ],
)
def test_words_on_a_point_without_an_order_leave_all_of_it_open(
    old: str, new: str, name: str
) -> None:
    tables = parsed(edited("suggest.csv", old, new))

    [found] = (
        one
        for one in suggest(tables, {"narrative": "A nation state did it."})
        if one.point == name
    )

    assert set(found.values) == tables.points[name].all


def test_words_add_to_an_answered_class() -> None:
    found = suggested(narrative="It was a scam.", points={"class": "rights"})

    assert found["class"] == ("rights", "fraud-manipulation")


def test_silence_suggests_none_in_a_report_that_words_place() -> None:
    found = grouped({"narrative": CYBER})

    assert [one.basis for one in found["class"]] == [WORDS, SILENCE]
    assert found["class"][1].values == ("cyber",)
    assert found["auto"][0].values == ("none",)
    for name in ("auto", "uplift", "weights"):
        assert [one.basis for one in found[name]] == [SILENCE]


def test_silence_of_a_class_ends_where_words_tell_of_behaviour() -> None:
    told = f"{CYBER} The model then copied itself to another host."

    assert bases(narrative=told)["class"] == [WORDS]
    assert bases(narrative=told, behaviour="shown")["class"] == [WORDS]


def test_a_sector_word_suggests_a_class_and_a_bare_person_does_not() -> None:
    assert "rights" in suggested(narrative="of jobseekers")["class"]
    assert "sector-safety" in suggested(narrative="on a ward")["class"]
    for bare in ("a man", "a woman", "her husband", "the customers"):
        assert suggested(narrative=bare) == {}
    assert (
        "cyber" not in suggested(narrative="after a heart attack").get("class", ())[:1]
    )
    assert "expl" not in suggested(narrative="after a heart attack")


def test_what_is_taken_over_is_what_was_asked_for() -> None:
    found = grouped({"narrative": CYBER, "behaviour": "none", "kind": "incident"})

    def taken(*wanted: str) -> dict[str, frozenset[str]]:
        return accepted(found, frozenset(wanted))

    assert taken() == {}
    assert set(taken(ALL)) == {"kind", "auto"}
    assert set(taken(WORDS)) >= {"kind", "auto", "class"}
    assert taken(WORDS)["class"] == {"cyber", "cbrn", "loss-of-control"}
    assert set(taken(SILENCE)) == {"class", "uplift", "weights", "danger"}
    assert taken(WORDS, SILENCE)["class"] == {"cyber"}
    assert taken("class")["class"] == {"cyber", "cbrn", "loss-of-control"}
    assert taken("uplift") == {"uplift": frozenset({"below"})}


def test_a_claim_is_what_was_answered_or_worded_and_not_what_is_left_open() -> None:
    told = {"narrative": CYBER, "behaviour": "none", "danger": "no"}

    assert claims(shipped(), told) == {
        "auto": frozenset({"none"}),
        "class": frozenset({"cyber"}),
        "danger": frozenset({"no"}),
    }
    open_ = {"narrative": "There may be a threat to life."}
    assert claims(shipped(), open_) == {}


@pytest.mark.parametrize(
    "told",
    [
        "A pupil made a poison at home with its help, and read books at school.",
        "The chatbot told a pupil how to grow the germ, and which books to read.",
        "A pupil found a nerve gas recipe in its answer, and showed it at school.",
        "It told a school how a dirty bomb is made.",
    ],
)
def test_a_weapon_in_everyday_words_is_not_lost_to_milder_words(told: str) -> None:
    for one in grouped({"narrative": told})["class"]:
        assert "cbrn" in one.values

    for wanted in ((ALL,), (WORDS,), (WORDS, SILENCE)):
        assert owned({"title": "", "narrative": told, "kind": "incident"}, *wanted)


@pytest.mark.parametrize(
    "told",
    [
        "Our whole model is on a sharing site.",
        "Someone made a torrent of it.",
        "A guest uploaded a checkpoint to a forum.",
        "There are leaked weights of it.",
        "Strangers downloaded the model file.",
    ],
)
def test_words_of_weights_abroad_reopen_weights_that_were_ticked_as_safe(
    told: str,
) -> None:
    values = suggested(narrative=told, weights="no")["weights"]

    assert values[:2] == ("no", "stolen")


def test_silence_suggests_nothing_where_nothing_places_the_report() -> None:
    odd = "In the room of the house there was a thing that went on and on for a while."

    assert suggested(narrative=odd) == {}


def test_silence_suggests_nothing_in_another_language() -> None:
    assert "auto" not in suggested(narrative=CYBER, language="fr")
    assert bases(narrative=CYBER, language="fr")["class"] == [WORDS]


def test_the_chain_of_events_is_read_too() -> None:
    document = {
        "chain": [{"tactic": None, "text": "It replicated itself."}],
        "techniques": ["AML.T0051"],
    }

    assert "AML.T0051" in report_text(document)
    assert suggested(**document)["auto"] == ("suspected", "shown")


def test_a_claim_of_compute_is_an_interval() -> None:
    assert claimed_comp({"compute": {"low": "1e26", "high": "2e26"}}) == "1e26"
    assert claimed_comp({"compute": "unknown"}) == ""


def _written() -> tuple[dict[str, bool], dict[str, dict[str, Any]]]:
    with (HERE / "labelled_cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    documents = {
        row["id"]: {"title": row["title"], "narrative": row["text"], "kind": "incident"}
        for row in rows
    }
    return {row["id"]: row["owner"] == "raid" for row in rows}, documents


def _hurried(
    name: str = "hurried_cases.csv",
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, Any]]]:
    """Return rows of reports whose reporters ticked what they ticked, and documents."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    documents = {
        name: {
            "title": row["title"],
            "narrative": row["text"],
            **{field: row[field] for field in ("kind", "behaviour", "weights")},
            "danger": "no",
            "public": "no",
        }
        for name, row in rows.items()
    }
    return rows, documents


def _figures(
    labels: Mapping[str, bool],
    documents: Mapping[str, Mapping[str, Any]],
    *wanted: str,
) -> tuple[float, float]:
    """Return recall and precision of what RAID owns, and print them."""
    found = {name: owned(document, *wanted) for name, document in documents.items()}
    return _rated(labels, found, " ".join(wanted))


def _rated(
    labels: Mapping[str, bool], found: Mapping[str, bool], how: str
) -> tuple[float, float]:
    counts = Counter((labels[name], is_owned_) for name, is_owned_ in found.items())
    recall = counts[True, True] / (counts[True, True] + counts[True, False])
    precision = counts[True, True] / (counts[True, True] + counts[False, True])
    print(f"{how}: n={len(found)} recall={recall:.2f} precision={precision:.2f}")  # noqa: T201 - a figure to read
    return recall, precision


def test_no_written_case_of_raid_is_taken_for_another() -> None:
    labels, documents = _written()

    recall, precision = _figures(labels, documents, WORDS, SILENCE)

    assert len(documents) == 110
    assert recall == 1.0
    assert precision >= 0.8


@pytest.mark.parametrize("wanted", [(), (ALL,), (WORDS,)])
@pytest.mark.parametrize("behaviour", ["unknown", "none"])
def test_without_its_silence_no_report_of_raid_is_ever_taken_for_another(
    wanted: tuple[str, ...], behaviour: str
) -> None:
    labels, documents = _written()
    told = {name: {**one, "behaviour": behaviour} for name, one in documents.items()}

    recall, _ = _figures(labels, told, *wanted)

    assert recall == 1.0


@pytest.mark.parametrize(
    ("wanted", "least"), [((ALL,), 0.4), ((WORDS,), 0.4), ((WORDS, SILENCE), 0.7)]
)
def test_a_hurried_assessment_gives_nothing_of_raids_away(
    wanted: tuple[str, ...], least: float
) -> None:
    rows, documents = _hurried()
    labels = {name: row["owned"] == "yes" for name, row in rows.items()}

    recall, precision = _figures(labels, documents, *wanted)

    assert len(rows) >= 40
    assert recall == 1.0
    assert precision >= least


def test_an_assessment_of_ones_own_gives_what_the_labels_say() -> None:
    rows, _ = _hurried()
    points = shipped().points
    labels = {name: row["owned"] == "yes" for name, row in rows.items()}
    outcomes = {
        name: judge(
            shipped(),
            points.narrowed(
                parse_points([*_mild_but(row["own"]), *row["own"].split()], points)
            ),
        ).outcome
        for name, row in rows.items()
    }

    found = {name: is_owned(outcome.owner) for name, outcome in outcomes.items()}
    recall, precision = _rated(labels, found, "own")
    odd = {
        name: (rows[name]["priority"], outcome.priority)
        for name, outcome in outcomes.items()
        if rows[name]["priority"] != outcome.priority
    }
    print(f"own: priority as labelled {len(rows) - len(odd)} of {len(rows)}: {odd}")  # noqa: T201 - a figure to read

    assert (recall, precision) == (1.0, 1.0)
    # The labels were set before the tables were asked, and stay as they were set: the
    # tables track three demonstrations that a person would have scheduled.
    low = {
        name
        for name, (label, got) in odd.items()
        if rank("priority", got) < rank("priority", label)
    }
    assert low == {"s16", "s17", "s24"}
    assert len(rows) - len(odd) >= 40


@pytest.mark.parametrize("wanted", [(), (ALL,), (WORDS,), (WORDS, SILENCE)])
def test_a_report_in_everyday_words_is_never_lost(wanted: tuple[str, ...]) -> None:
    rows, documents = _hurried("everyday_cases.csv")
    labels = {name: row["owned"] == "yes" for name, row in rows.items()}

    recall, precision = _figures(labels, documents, *wanted)

    assert len(rows) == 40
    assert recall == 1.0
    assert precision >= (0.6 if SILENCE in wanted else 0.5)


def test_the_answers_of_everyday_reports_give_what_the_labels_say() -> None:
    rows, _ = _hurried("everyday_cases.csv")
    points = shipped().points
    labels = {name: row["owned"] == "yes" for name, row in rows.items()}
    own = {
        name: [*_mild_but(row["own"]), *row["own"].split()]
        for name, row in rows.items()
    }

    found = {
        name: is_owned(
            judge(
                shipped(), points.narrowed(parse_points(answers, points))
            ).outcome.owner
        )
        for name, answers in own.items()
    }

    assert _rated(labels, found, "own, everyday") == (1.0, 1.0)


# Decoys that still fire. Each word of these also tells of what RAID owns or of a death,
# and a phrase can't see which; a suggestion too many costs a look, one too few a case.
STILL_FIRE = frozenset(
    [
        "d09",
        "d13",
        "d14",
        "d15",
        "d20",
        "d23",
        "d24",
        "d25",
        "d26",
        "d33",
        "d41",
        "d42",
        "d43",
        "d44",
        "d46",
        "d50",
    ]
)


def test_sentences_that_only_sound_alike_suggest_nothing() -> None:
    with (HERE / "decoy_sentences.csv").open(encoding="utf-8", newline="") as file:
        decoys = list(csv.DictReader(file))

    fired = {row["id"] for row in decoys if _fires(row["not"], row["text"])}

    assert len(decoys) == 50
    assert fired == STILL_FIRE


def _fires(what: str, text: str) -> bool:
    """Return whether a text claims a point, or a value of it, that it has not."""
    point, _, value = what.partition("=")
    reading = read_text(text)
    every = shipped().points[point].all
    return any(
        reading.hit(one)
        for one in shipped().wordings
        if one.point == point
        and (value in one.values if value else one.values != every)
    )


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("auto", "The model was sandbagging in every third run."),
        ("auto", "In the tests the model sandbags when it is watched."),
        ("auto", "It bluffed in a game against people."),
        ("auto", "The chatbot said that it is conscious."),
        ("auto", "It spontaneously wrote to the press."),
        ("auto", "Emergent goals were seen after a week."),
        ("auto", "The robot dog blocked the red button."),
        ("weights", "Torrents of our newest network are passed round."),
        ("class=cbrn", "It told how to grow the strain of the plague."),
        ("class=cbrn", "It told how to turn bleach into a gas."),
        ("class=cbrn", "It named beans whose seeds kill when they are ground."),
    ],
)
def test_what_a_narrowed_phrase_is_for_is_still_found(point: str, told: str) -> None:
    assert _fires(point, told)


def _mild_but(own: str) -> list[str]:
    given = {word.partition("=")[0] for word in own.split()}
    return [one for one in MILD_ANSWERS if one.partition("=")[0] not in given]


def test_taking_over_words_never_makes_a_case_milder() -> None:
    _, documents = _hurried()
    _, written = _written()

    for document in (*documents.values(), *written.values()):
        answers = judged(document, ALL).outcome
        words = judged(document, WORDS).outcome
        for name in ("owner", "priority", "severity", "tlp"):
            before, after = getattr(answers, name), getattr(words, name)
            assert rank(name, after) >= rank(name, before), document


@pytest.mark.skipif(
    "RINGWALL_RAID_DATA" not in os.environ,
    reason="RINGWALL_RAID_DATA does not name a folder with atlas/ and avid/",
)
def test_no_study_of_raid_is_taken_for_another() -> None:
    from ringwall.raid.intake.importing.choosing import read_records

    folder = Path(os.environ["RINGWALL_RAID_DATA"])
    with (HERE / "labelled_ids.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["id"]: row["owner"] == "raid" for row in csv.DictReader(file)}
    documents = {}
    for path in (folder / "atlas" / "ATLAS.yaml", *(folder / "avid").glob("*.json")):
        for record in read_records(path.read_bytes(), path.name).records:
            documents[record.document["source"]["id"]] = record.document

    known = {name: one for name, one in documents.items() if name in labels}
    recall, precision = _figures(labels, known, WORDS, SILENCE)

    assert len(known) == len(labels)
    assert recall == 1.0
    assert precision >= 0.7
