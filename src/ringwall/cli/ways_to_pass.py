"""What would turn a deny, as an officer or a caller is told.

Only words. Must never tell a caller more than the codes of their answer say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ringwall.model.decisions import Stage
from ringwall.model.facts import UNKNOWN_AMOUNT
from ringwall.model.levels import SITE_DOMAINS
from ringwall.pdp.stages import CONCERNS

__all__ = ["ways_to_pass"]

# Fact -> what would turn the answer; those of a site stand in one sentence.
_CHANGES: Final = {
    "subject.roles": "hold the role: {needed}",
    "subject.compartments": "be read into the compartments: {needed}",
    "subject.personnel": "have the person stand at {needed}: `ringwall people due` "
    "tells what screening, training, test or review they lack",
    "subject.suspended": "have the suspension of the subject lifted",
    "organisation.suspended": "have the suspension of the organisation lifted",
    "organisation.screening": "have the organisation screened",
    "organisation.agreement": "have an agreement with the organisation in force",
    "organisation.cyber": "show cybersecurity evidence of {needed}",
    "organisation.rule_of_law": "show rule-of-law evidence of {needed}",
    "organisation.freedoms": "show freedoms evidence of {needed}",
    "session.authentication": "prove the session with {needed}",
    "session.present": "have other screened people there: {needed}",
    "point.tier": "ask through a point labelled {needed}",
    "point.integrity": "ask through a point of integrity {needed}",
    "point.interface": "ask through a point whose interface is {needed}",
    "amount.hour": "let less leave through this point in an hour (bytes): {needed}",
    "amount.month": "let this subject take less in 30 days (bytes): {needed}",
    "amount.share": "let less of the asset leave in a year (ppm): {needed}",
    "bytes": "say how many bytes are to leave: --bytes",
    "asset.size": "register the weights file of the asset (`file:` with its size, by "
    "`ringwall apply`): no share of it is known without",
    "amount.copies": "make no more copies: {needed} in all",
    "grant.quorum": "have it approved: {needed} (`ringwall request new`)",
    "asset.capability": "have the asset's capability evaluated as {needed}",
    "asset.dual_use": "have its evidence of dual use found to be {needed}",
    "asset.disclosure": "have its disclosure through RAID brought to {needed}",
    "asset.integrity": "have the asset's integrity vouched for as {needed}",
    "asset.compartments": "put the asset in the compartments: {needed}",
    "asset.notice": "give notice of the training run",
    "asset.security_evaluation": "have a third party evaluate the run's security",
    "asset.alignment_evaluation": "have a third party evaluate the run's alignment",
    "asset.evaluator": "agree on an evaluator on the premises",
    "site.cluster": "have the cluster made {needed}",
    "asset.compute": "have the asset's training compute found to be {needed}",
    "asset.equivalent": "have it found less capable than the first above 1e26 FLOP",
}
_APPROVAL: Final = "grant.quorum"
_AMOUNTS: Final = frozenset({"amount.hour", "amount.month", "amount.share"})
_STATE: Final = "bytes"
_SHARE: Final = "amount.share"
_SIZE: Final = "asset.size"
# As policies write an amount that is not known: more than any limit.
_UNSTATED: Final = f"{UNKNOWN_AMOUNT:.0e}".replace("e+", "e")
_ANY_CHANGE: Final = "have `{attribute}` changed to {needed}"
_FORBIDDEN: Final = (
    "nothing turns it: a row forbids it; read it with `ringwall policy show {rule}`"
)
_SITE: Final = "ask through a point at a site attested {needed}"
_OPERATOR: Final = (
    "have measures of all of the site's operator attested: {needed} (none of its "
    "sites goes beyond {seen} for {domain} without them)"
)
# Reason code -> what has to be put right before there is anything to decide.
_MENDS: Final = {
    "asset-unclassified": "have the asset put in a tier",
    "unknown-subject": "declare the subject with `ringwall apply`",
    "unknown-resource": "declare the asset with `ringwall apply`",
    "unknown-point": "declare the point with `ringwall apply`",
    "unknown-action": "name an action that `ringwall policy table access` shows",
    "derivation-broken": "declare what the asset derives from, all of it in a tier",
    "operator-elsewhere": "give the service an operator of its own organisation",
    "site-operator-suspended": "have the suspension lifted",
    "identity-unproven": "show who asks: --key, --session or --token",
    "point-unproven": "have the point show itself: its secret key belongs into "
    "`keys/points/` of the institute",
    "identity-above-proof": "leave the level to what is shown, and use the key anew "
    "for what counts as hardware-fresh",
    "identity-key-gone": "sign with a key that is on record",
    "identity-left": "nothing: who has left is not let in again under that id",
    "identity-login-gone": "have the login declared with the subject",
    "identity-other-action": "sign a statement for this action and asset",
    "identity-other-point": "sign in at this point",
    "identity-other-subject": "ask as who has signed in",
    "person-rate-exceeded": "ask again later: see needed",
    "point-rate-exceeded": "ask again later: see needed",
    "amount-not-stated": "say how many bytes are to leave: --bytes",
    "budget-exceeded": "ask for less, or again once enough of it has passed",
    "nobody-else-present": "name who else is there: --present",
    "obligation-unsupported": "carry it out, and say so: --handles",
    "purpose-missing": "say what for: --purpose",
    "grant-unknown": "see `ringwall request ls` for the requests there are",
    "approval-missing": "see who has to approve it: `ringwall request show`",
    "grant-not-yet": "wait until the grant starts",
    "purpose-differs": "give the request's own purpose with --purpose, or name the "
    "request with --grant; `ringwall request show` tells whether it is granted",
    "policy-not-activated": "look at what was edited: `ringwall policy propose`; then "
    "`ringwall policy restore`, or have it approved for `ringwall policy activate`",
    "review-open": "have somebody else close the review: `ringwall review ls`",
}
# What has to be done about a stage where nothing is said of the code.
_STAGE_MENDS: Final = {
    Stage.IDENTITY: "sign in anew",
    Stage.GRANT: "ask for another grant: `ringwall request new`",
}
# Rules of the floor that no change of the facts meets.
_LAST_WORDS: Final = frozenset(
    {
        "floor-content",
        "floor-enforcing",
        "floor-no-such-tier",
        "floor-outsider",
        "floor-private-party",
        "floor-service",
        "floor-third-tier",
    }
)
# What may leave in all, and what a permit obliges to, is seen to by the gate, after all
# rows have permitted.
_DECIDING: Final = frozenset({*CONCERNS, Stage.FLOOR}) - {
    Stage.BUDGET,
    Stage.OBLIGATION,
}
# Reasons of rows that are about something else than what was asked.
_ELSEWHERE: Final = frozenset(
    {
        "action-not-covered",
        "kind-not-covered",
        "kind-not-released",
        "nothing-permits",
        "relation-not-eligible",
        "scenario-not-covered",
        "tier-not-covered",
        "tier-not-open-to-relation",
        "tier-not-released",
    }
)
# What a caller is told to mend, and nothing else.
_CALLER_CHANGES: Final = {
    "authentication-insufficient": "prove the session by something stronger",
    "approval-missing": "have it approved",
    "identity-unproven": "show who you are: sign in, or sign with your key",
    "purpose-missing": "say what for",
    "amount-not-stated": "say how many bytes are to leave",
    "budget-exceeded": "ask for less, or again later",
    "nobody-else-present": "have somebody else there",
    "obligation-unsupported": "carry out what the permit obliges to, and say so",
    "person-rate-exceeded": "ask again later",
    "point-rate-exceeded": "ask again later",
}


def ways_to_pass(
    answer: Mapping[str, Any], own: Mapping[str, str] | None = None
) -> list[str]:
    """Return what would turn a deny, one line for each thing to be done.

    Args:
        answer: as `answers` makes it, for officers or for a caller.
        own: sentences of the command that was denied, by the fact or the code that
            they are about, where its options are others than those of `check`.
    """
    own = own or {}
    context = answer["context"]
    reasons = context["reasons"]
    if answer["decision"]:
        return []
    if "request" not in context:
        turns = {**_CALLER_CHANGES, **own}
        mends = [turns.get(reason["code"], "") for reason in reasons]
    elif context["change"]:
        is_stated = context["request"]["bytes"] is not None
        changes = [_meant(one, is_stated=is_stated) for one in context["change"]]
        mends = _changed(changes, reasons, own)
    elif context["explicit"]:
        mends = [_FORBIDDEN.format(rule=next(iter(context["rules"]), ""))]
    elif {reason["stage"] for reason in reasons} <= _DECIDING:
        mends = [_last_resort(reasons)]
    else:
        mends = [_mend(reason, own) for reason in reasons]
    return list(dict.fromkeys(mend for mend in mends if mend))


def _mend(reason: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Say what to do about a reason that no policy gave."""
    for mends in (own, _MENDS):
        if reason["code"] in mends:
            return mends[reason["code"]]
    return _STAGE_MENDS.get(Stage(reason["stage"]), "")


def _changed(
    changes: Sequence[Mapping[str, str]],
    reasons: Sequence[Mapping[str, str]],
    own: Mapping[str, str],
) -> list[str]:
    """Say which facts to change; of an approval, what the grant at hand still lacks."""
    lacks = [_mend(reason, own) for reason in reasons if reason["stage"] == Stage.GRANT]
    if lacks:
        changes = [item for item in changes if item["attribute"] != _APPROVAL]
    return [*_sentences(changes, own), *lacks]


def _meant(change: Mapping[str, str], *, is_stated: bool) -> Mapping[str, str]:
    """Return a change; of an amount that nobody can tell, what would let it be told."""
    if change["attribute"] not in _AMOUNTS or change["seen"] != _UNSTATED:
        return change
    if not is_stated:
        return {**change, "attribute": _STATE}
    # Of so many bytes only the share can be unknown, for want of the whole.
    is_share = change["attribute"] == _SHARE
    return {**change, "attribute": _SIZE} if is_share else change


def _sentences(
    changes: Sequence[Mapping[str, str]], own: Mapping[str, str]
) -> list[str]:
    told = {**_CHANGES, **own}
    site: dict[str, list[str]] = {}
    sentences = []
    changed = {change["attribute"] for change in changes}
    for change in changes:
        part, _, domain = change["attribute"].partition(".")
        if part == "operator":
            sentences.append(_OPERATOR.format(domain=domain, **change))
        elif part == "site" and change["attribute"] not in _CHANGES:
            # What an operator lacks, none of its other sites has.
            if f"operator.{domain}" not in changed:
                site.setdefault(change["needed"], []).append(domain)
        else:
            sentence = told.get(change["attribute"], _ANY_CHANGE)
            sentences.append(sentence.format_map(change))
    if site:
        levels = [level + _where(names) for level, names in site.items()]
        sentences.insert(0, _SITE.format(needed=", ".join(levels)))
    return sentences


def _where(domains: Sequence[str]) -> str:
    if tuple(domains) == SITE_DOMAINS:
        return ""  # what a rule means that names a level and no domain
    *most, last = domains
    return f" for {', '.join(most)} and {last}" if most else f" for {last}"


def _last_resort(reasons: Sequence[Mapping[str, str]]) -> str:
    """Say what to do where no change of the facts is known to turn a deny."""
    codes = {reason["code"] for reason in reasons}
    if not codes.isdisjoint(_LAST_WORDS):
        return "nothing turns it: the floor forbids it"
    if "rule-error" in codes:
        return ""
    if codes.isdisjoint(_ELSEWHERE):
        return "no change is known that turns it"
    return "nothing turns it: no row covers this"
