"""Forms of the law, filled with what is told: each field known, unknown or withheld.

`withheld` says that this part of the facts is not for the recipient, which its row of
the routing table says anyway. Must never say it since something is known, nor fill in
what is in no fact.
"""

from typing import Any, Final

from ringwall.raid.exports.naming import json_bytes
from ringwall.raid.exports.standards import Field, Standards
from ringwall.raid.exports.telling import Given, Telling
from ringwall.raid.routing.package import least_part
from ringwall.raid.routing.reader import PARTS

__all__ = ["FORM_KIND", "filled_form", "stages_of"]

FORM_KIND: Final = "ringwall-form"
"""What a form calls itself."""

_UNKNOWN: Final = "unknown"

_Json = dict[str, Any]


def stages_of(form: str, standards: Standards) -> tuple[str, ...]:
    """Return the stages of a form, in order.

    Args:
        form: one of `FORMS`.
        standards: the fields.
    """
    return tuple(dict.fromkeys(field.stage for field in standards.forms[form]))


def filled_form(
    form: str, telling: Telling, given: Given, standards: Standards
) -> bytes:
    """Return a form, up to the stage that is asked for.

    Args:
        form: one of `FORMS`.
        telling: what is told.
        given: what else it has; a stage has its own fields and those before.
        standards: the fields.
    """
    stages = stages_of(form, standards)
    last = stages.index(given.stage) if given.stage else len(stages) - 1
    fields = [
        _field(field, telling, given)
        for field in standards.forms[form]
        if stages.index(field.stage) <= last
    ]
    return json_bytes(
        {
            "v": 1,
            "kind": FORM_KIND,
            "form": form,
            "stage": stages[last],
            "status": "exercise" if given.exercise else "draft",
            "exercise": given.exercise,
            "case": telling.case,
            "recipient": telling.recipient,
            "label": telling.label.word,
            "at": given.at,
            "fields": fields,
        }
    )


def _field(field: Field, telling: Telling, given: Given) -> _Json:
    told = [
        one for sort, name in field.takes for one in _told(sort, name, telling, given)
    ]
    state = "known" if told else _UNKNOWN
    if (
        not told
        and field.takes
        and all(_is_beyond(*one, telling) for one in field.takes)
    ):
        state = "withheld"
    return {
        "id": field.id,
        "name": field.name,
        "stage": field.stage,
        "state": state,
        "told": told,
        "basis": field.source,
        "confidence": field.confidence,
    }


def _told(sort: str, name: str, telling: Telling, given: Given) -> list[_Json]:
    """Return what is told of one thing that bears on a field; none if nothing is."""
    if sort == "point":
        values = telling.settled.get(name)
        label = telling.standing.word
        return [_fact(telling.case, name, label, list(values))] if values else []
    if sort == "report":
        return [
            _fact(one.id, name, one.label.word, one.fields[name])
            for one in telling.reports
            if one.fields.get(name, _UNKNOWN) != _UNKNOWN
        ]
    value = {
        "case": telling.case,
        "clock": _aware(name, given),
        "given": given.submitted,
    }[sort]
    return [_fact(telling.case, name, telling.standing.word, value)] if value else []


def _aware(rules: str, given: Given) -> str:
    """Return the first day of clocks whose rules start with some letters, or ""."""
    days = [day for rule, day in given.aware.items() if rule.startswith(rules)]
    return min(days, default="")


def _fact(about: str, name: str, label: str, value: object) -> _Json:
    return {"about": about, "name": name, "label": label, "value": value}


def _is_beyond(sort: str, name: str, telling: Telling) -> bool:
    """Tell whether a recipient of that part is never told it, whatever is known."""
    part = least_part(name, is_point=sort == "point")
    if sort not in ("point", "report") or not part:
        return False
    return PARTS.index(part) > PARTS.index(telling.part)
