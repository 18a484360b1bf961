"""Laws of embargoes: over all small worlds, and over histories of any order."""

from copy import deepcopy
from itertools import product
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from ringwall.model.raid_embargo_kinds import BITS, MACHINES_OF_EMBARGO
from ringwall.model.raid_embargo_laws import EmbargoLaws

CASE: Final = "case:c-aaaaaaaaaa"
TERMS: Final = ("a" * 64, "b" * 64)
NOW: Final = "2026-11-21T12:00:00Z"
ENDS: Final = "2026-12-21T12:00:00Z"
OUT: Final = ("public", "uplift", "misuse")
_STATES: Final = ("none", "proposed", "active", "revise", "exited")
_PARTIES: Final = [
    {"state": state, "necessary": needed, "key": key, "terms": terms, "before": ""}
    | {"agrees": ""}
    for state in ("invited", "party", "left")
    for needed, key in ((1, "K"), (0, ""), (1, ""))
    for terms in ("", *TERMS)
]


def matter(bits: tuple[str, ...]) -> dict[str, Any]:
    so = {bit: int(bit in bits) for bit in BITS}
    return {"state": "known", **so, "recoverable": "service-side"}


def embargo(state: str, **changes: str) -> dict[str, Any]:
    blank = dict.fromkeys(("terms", "ends", "since", "offer", "offer_ends"), "")
    return {"state": state, **blank, "cause": "", **changes}


def event(kind: str, name: str, act: str, card: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": name,
        "case": CASE,
        "act": act,
        "card": card,
        "at": NOW,
    }


def world(state: str, bits: tuple[str, ...], parties: tuple[Any, ...]) -> EmbargoLaws:
    made = EmbargoLaws()
    made.put("raid.case", CASE, CASE, {"state": "triaged", "redirect": ""})
    made.put("raid.matter", "mtr-1", CASE, matter(bits))
    row = embargo(state, offer=TERMS[0], offer_ends=ENDS, since=NOW)
    made.put("raid.embargo", "emb-1", CASE, row)
    for number, party in enumerate(parties):
        made.put("raid.party", f"pty-{number}", CASE, party)
    return made


def test_over_all_small_worlds_acceptance_is_what_its_rule_says() -> None:
    """Embargo x matter x two parties: each is tried, none is left to chance."""
    accepted = embargo("active", terms=TERMS[0], ends=ENDS, since=NOW)
    act = event("raid.embargo", "emb-1", "accept", accepted)
    worlds = product(
        ("proposed", "revise"), ((), *((b,) for b in OUT)), product(_PARTIES, repeat=2)
    )
    count = 0
    for state, bits, parties in worlds:
        needed = [party for party in parties if party["necessary"]]
        is_lawful = (
            not bits
            and bool(needed)
            and all(
                (party["state"], party["terms"], party["key"])
                == ("party", TERMS[0], "K")
                for party in needed
            )
        )
        assert bool(world(state, bits, parties).take([act])) is not is_lawful
        count += 1
    assert count == 2 * 4 * len(_PARTIES) ** 2


def test_in_all_small_worlds_what_is_out_is_told_and_ends_what_is_open() -> None:
    for state, bit, party in product(_STATES, OUT, _PARTIES):
        told = event("raid.matter", "mtr-1", "tell", matter((bit,)))
        cause = {"uplift": "recipe-public", "misuse": "misuse-observed"}.get(bit, bit)
        ended = event("raid.embargo", "emb-1", "end", embargo("exited", cause=cause))
        is_open = state in {"proposed", "active", "revise"}
        assert bool(world(state, (), (party,)).take([told])) is is_open
        if is_open:
            assert not world(state, (), (party,)).take([told, ended])


_ACTS: Final = [
    (kind, move)
    for kind, moves in MACHINES_OF_EMBARGO.items()
    for move in moves
    if kind != "raid.party"
]
_STEP: Final = st.tuples(
    st.sampled_from(_ACTS), st.sets(st.sampled_from(BITS)), st.sampled_from(_PARTIES)
)


@given(st.lists(_STEP, max_size=12))
def test_no_history_that_is_let_through_leaves_an_embargo_on_what_is_out(
    steps: list[Any],
) -> None:
    laws = world("none", (), (_PARTIES[0],))
    for (kind, move), bits, party in steps:
        tried = deepcopy(laws)
        tried.put("raid.party", "pty-0", CASE, party)
        card = (
            matter(tuple(bits))
            if kind == "raid.matter"
            else embargo(
                move.after, terms=TERMS[0], ends=ENDS, since=NOW, cause="public"
            )
        )
        if not tried.take([event(kind, f"{kind}-1", move.act, card)]):
            laws = tried
        is_out = any(laws.matters[CASE][bit] for bit in OUT)
        state = laws.embargoes[CASE]["state"]
        assert not (is_out and state in {"proposed", "active", "revise"})


_CASES: Final = (
    *("new", "triaged", "owned", "handed-over", "watch"),
    *("declined", "coordinating", "resolved", "archived", "merged"),
)
_VOICES: Final = {
    "consents": {"necessary": 1, "state": "party", "key": "K", "terms": TERMS[0]},
    "is silent": {"necessary": 1, "state": "invited", "key": "K", "terms": ""},
    "is not needed": {"necessary": 0, "state": "party", "key": "", "terms": TERMS[0]},
}


def test_over_the_product_of_all_machines_each_act_is_what_its_rule_says() -> None:
    """Embargo x matter x two parties x case: every world, each act in each."""
    count = 0
    for state, bit, voices, case in product(
        _STATES, ("", *OUT), product(_VOICES, repeat=2), _CASES
    ):
        open_now = state in {"proposed", "active", "revise"}
        works = case in {"triaged", "owned", "handed-over", "watch", "coordinating"}
        is_given = "consents" in voices and "is silent" not in voices
        lawful = {
            "propose": works and not bit,
            "revise": works and not bit,
            "accept": is_given and not bit,
            "reject": not (bit and state == "revise"),
            "end": bit == "public",
            "tell": not open_now,
            "resolve": state not in {"active", "revise"},
            "merge": not open_now,
            "note": True,
        }
        for act, holds in lawful.items():
            found = _standing(state, bit, voices, case).take([_tried(act, state, bit)])
            assert bool(found) is not holds, (state, bit, voices, case, act)
            count += 1
    assert count == 5 * 4 * 9 * 10 * 9


def _standing(state: str, bit: str, voices: tuple[str, ...], case: str) -> EmbargoLaws:
    """Return a world in which an embargo, a matter, parties and a case stand so."""
    parties = tuple({**_VOICES[one], "before": "", "agrees": ""} for one in voices)
    made = world(state, (bit,) if bit else (), parties)
    made.put("raid.case", CASE, CASE, {"state": case, "redirect": ""})
    return made


def _tried(act: str, state: str, bit: str) -> dict[str, Any]:
    """Return an act of each sort on such a world."""
    after = {"propose": "proposed", "accept": "active", "end": "exited"}
    back = {"revise": "active"}.get(state, "none")
    if act in {"resolve", "merge", "note"}:
        into = "case:c-bbbbbbbbbb" if act == "merge" else ""
        return event("raid.case", CASE, act, {"state": act, "redirect": into})
    if act == "tell":
        so = ("public", bit) if bit else ("public",)
        return event("raid.matter", "mtr-1", "tell", matter(so))
    offer = {} if act == "accept" else {"offer": TERMS[0], "offer_ends": ENDS}
    held = {"terms": TERMS[0], "ends": ENDS} if act == "accept" else {}
    told = {"cause": "public"} if act == "end" else {}
    card = embargo(after.get(act, act), since=NOW, **offer, **held, **told)
    return event(
        *("raid.embargo", "emb-1", act),
        card | ({"state": back} if act == "reject" else {}),
    )
