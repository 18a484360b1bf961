"""Guards of what lies around a case: reporters, drills, releases, embargoes.

Must never hold how one is judged: each room brings its facts to `guards.demand`.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["OUTER", "Guard"]


class Guard(NamedTuple):
    """How it is told that a guard does not hold.

    Attributes:
        code: of the error.
        message: one line.
        next_step: what to do.
    """

    code: str
    message: str
    next_step: str


OUTER: Final[Mapping[str, Guard]] = {
    "ground-told": Guard(
        "ground-missing",
        "an identity is asked for with what it is for, and on what legal ground",
        "say both: `--for TEXT --ground TEXT`",
    ),
    "custodian-of-box": Guard(
        "no-custodian-of-box",
        "only those decide who were custodians when the report came in",
        "`ringwall raid identity show` says how many have decided",
    ),
    "one-voice": Guard(
        "voice-given",
        "each custodian decides once, and nobody on what they asked for themselves",
        "`ringwall raid identity show` says what was decided",
    ),
    "the-asker": Guard(
        "not-the-asker",
        "what custodians pass on is for the one who asked alone",
        "ask yourself: `ringwall raid identity request`",
    ),
    "in-an-exercise": Guard(
        "not-an-exercise",
        "a drill is played on a copy that is marked as an exercise, and nowhere else",
        "make one: `ringwall raid drill copy DIR`, and start the drill there with -C",
    ),
    "case-routable": Guard(
        "case-not-routable",
        "nothing is released of a case that is new, declined, merged or done with",
        "triage it first: `ringwall raid triage run CASE`; of one that was merged, "
        "write it anew of the case that stays: `ringwall raid case show CASE`",
    ),
    "may-go": Guard(
        "barrier-shut",
        "the label, the barrier or its recipient's standing does not let it go",
        "`ringwall raid release check RELEASE` shows what is missing",
    ),
    "not-the-author": Guard(
        "author-signs",
        "whoever wrote a release does not sign it",
        "have another release approver sign it",
    ),
    "as-cleared": Guard(
        "release-changed",
        "what would go is no longer what was cleared and signed",
        "look at it, then clear it anew: `ringwall raid release check RELEASE`",
    ),
    "exit-open": Guard(
        "exit-shut",
        "a case is told of by an exit whose ground is on record, to just this one",
        "docs/raid-outgoing.md says what each exit needs",
    ),
    "case-lead": Guard(
        "case-lead-alone",
        "whoever leads the case, and nobody else, moves its embargo",
        "`ringwall raid lead CASE PERSON` says who leads it",
    ),
    "case-in-work": Guard(
        "embargo-without-work",
        "an embargo is for a case that is triaged and still worked on",
        "triage the case first: `ringwall raid triage run CASE`",
    ),
    "matter-not-out": Guard(
        "matter-out",
        "the matter is public, or its recipe, or misuse was seen, so there is nothing "
        "to keep",
        "`ringwall raid matter show CASE` shows what was told",
    ),
    "within-limits": Guard(
        "embargo-too-long",
        "an embargo may not last so long",
        "give an earlier end with --until",
    ),
    "consents-given": Guard(
        "consent-missing",
        "each necessary party has to consent to just these terms, signed, and there "
        "has to be one",
        "`ringwall raid party ls CASE` shows who has not",
    ),
    "embargo-current": Guard(
        "embargo-over",
        "the time of the embargo is over",
        "put its end on record: `ringwall raid embargo status CASE --record`",
    ),
    "length-allowed": Guard(
        "embargo-unsigned",
        "for more than 180 days the director and somebody from outside have to sign",
        "have them sign what `ringwall raid embargo status CASE` shows: "
        "`ringwall raid embargo allow CASE`",
    ),
    "director-apart": Guard(
        "director-leads",
        "whoever leads the case is not the director who signs for its embargo",
        "have another director sign, or another person lead",
    ),
    "approver-apart": Guard(
        "approver-inside",
        "who signs from outside is of no team of the case, and no party to it",
        "name somebody else with --approver",
    ),
    "offer-signed": Guard(
        "offer-not-signed",
        "the terms that were signed for are not those that are proposed",
        "`ringwall raid embargo status CASE` shows the statement to sign",
    ),
    "ending-cause": Guard(
        "embargo-not-over",
        "nothing has happened that ends the embargo",
        "`ringwall raid embargo status CASE` shows what would",
    ),
    "consent-gone": Guard(
        "consent-there",
        "a necessary party still consents",
        "`ringwall raid party ls CASE` shows who does",
    ),
    "statement-good": Guard(
        "statement-unsigned",
        "a necessary party speaks for itself, signed with the key it was invited with",
        "`--blank` prints the statement to sign; then `--statement FILE`",
    ),
    "terms-at-hand": Guard(
        "terms-stale",
        "the terms that were consented to are not those at hand any more",
        "invite the party anew, with the terms of `ringwall raid embargo status CASE`",
    ),
}
"""Name in `raid_states` -> how its no is told."""
