"""The terms of an embargo: what parties consent to, by its digest.

Must never let two terms that say something else have one digest.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.base.clock import format_instant
from ringwall.base.errors import RequestError
from ringwall.raid.embargo.ends import End
from ringwall.raid.guards import is_told
from ringwall.raid.words import checked_text

__all__ = ["CAUSES", "Terms", "checked_terms", "terms_text"]

CAUSES: Final = (
    *("expired", "public", "recipe-public", "misuse-observed"),
    *("consent-gone", "purpose-served", "agreed"),
)
"""Why an embargo ends; each of them stands in all terms."""
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to.

    Attributes:
        case: id.
        purpose: in words.
        end: when it ends.
        reviews: instants at which it is looked at again.
        defenders: who may be told under it.
        may: who -> what they may do, in words.
    """

    case: str
    purpose: str
    end: End
    reviews: tuple[End, ...] = ()
    defenders: tuple[str, ...] = ()
    may: tuple[tuple[str, str], ...] = ()

    def document(self) -> dict[str, Any]:
        """Return all of it as JSON data, what ends it included."""
        return {
            "case": self.case,
            "purpose": self.purpose,
            "ends": format_instant(self.end.instant),
            "ends_local": self.end.said,
            "reviews": [format_instant(one.instant) for one in self.reviews],
            "defenders": list(self.defenders),
            "may": dict(self.may),
            "ends_on": list(CAUSES),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, 64 hex digits."""
        return sha256(dump_canonical(self.document())).hexdigest()


def checked_terms(
    case: str,
    purpose: str,
    end: End,
    more: Mapping[str, Iterable[str]],
    reviews: Iterable[End] = (),
) -> Terms:
    """Return terms whose words can be stored.

    Args:
        case: id.
        purpose: in words; has to say something.
        end: when it ends.
        more: `defenders`, and `may` as `WHO=WHAT`.
        reviews: before the end.

    Raises:
        RequestError: `terms-malformed`; or as `checked_text`.
    """
    told = checked_text(purpose, "purpose")
    dates = tuple(sorted(set(reviews)))
    defenders = sorted({checked_text(one, "defender") for one in more["defenders"]})
    pairs = [one.partition("=")[::2] for one in more["may"]]
    may = sorted((name.strip(), checked_text(what, "part")) for name, what in pairs)
    if not is_told(told):
        raise _malformed("an embargo has a purpose", "say it with --aim")
    if any(one.instant >= end.instant for one in dates):
        raise _malformed("a review lies before the end", "name an earlier one")
    if not all(is_told(text) for pair in may for text in pair) or len(dict(may)) < len(
        may
    ):
        raise _malformed("what each may do is told once", "write `WHO=WHAT`")
    if not all(map(is_told, defenders)) or max(len(defenders), len(may)) > _MOST:
        raise _malformed(f"at most {_MOST} defenders, each named", "name fewer")
    return Terms(case, told, end, dates, tuple(defenders), tuple(may))


def terms_text(document: Mapping[str, Any]) -> str:
    """Return terms as parties get them to read, and to check the digest of."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)


def _malformed(message: str, step: str) -> RequestError:
    return RequestError("terms-malformed", message, next_step=step)
