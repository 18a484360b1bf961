"""The slow twin of the pipeline, asked about grants: each different question once.

It calls stock Casbin, which takes longer than all else in a history together.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ringwall.model.requests import AccessRequest
from ringwall.policy.reference import ReferenceConcern
from tests.oracle import decision, grants
from tests.oracle.registered import Registry, in_date
from tests.oracle.sshsig import canonical
from tests.property.asking import bundle
from tests.unit.pdp.ladder import ROWS

__all__ = ["twin_decides"]

SETTING = "three"


@cache
def _references() -> Mapping[str, ReferenceConcern]:
    concerns = bundle().concerns.items()
    return {name: ReferenceConcern(concern) for name, concern in concerns}


_decided: dict[tuple[object, ...], bool] = {}


def twin_decides(
    question: AccessRequest,
    documents: Mapping[str, Any],
    quorum: int,
    case: grants.Case,
) -> bool:
    """Return what the slow twin of the pipeline says; that is remembered.

    All that differs between the histories and that it looks at is in the key.
    """
    subject = documents.get(question.subject, {})
    screening = subject.get("screening")
    about = (question.subject, question.resource, "org:institute", "org:partner")
    key = (
        question.subject,
        question.action,
        question.resource,
        question.point,
        question.authentication,
        quorum,
        bool(screening) and in_date(screening, case.moment),
        *(canonical(documents.get(entity, {})) for entity in about),
    )
    if key not in _decided:
        registry = Registry(documents, ROWS)
        amounts = decision.Amounts(0, 0, 0, 0)
        asked = decision.Question(question, quorum, case.now, amounts)
        _decided[key] = decision.is_permitted(registry, _references(), SETTING, asked)
    return _decided[key]
