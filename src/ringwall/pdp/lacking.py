"""Which measures a site lacks for the next level of a domain, in words.

Must never name what was in force once and lapsed: that is told with its dates.
"""

from typing import Final

from ringwall.model.facts import SiteFacts

__all__ = ["lacking"]

_NAMED: Final = 4


def lacking(site: SiteFacts, *domains: str) -> str:
    """Return e.g. `lacks SL4-FM-3`; nothing if nothing was never attested.

    Args:
        site: where it stands.
        domains: whose next levels are meant.
    """
    lapsed = {(lapse.attribute, lapse.value) for lapse in site.lapses}
    never = [
        measure
        for domain, measure in site.lacks
        if domain in domains and (domain, measure) not in lapsed
    ]
    if not never:
        return ""
    # A site knows a few of what it lacks, so that there may be more than it counts.
    more = len(never) - _NAMED
    tail = f" and at least {more} more" if more > 0 else ""
    return f"lacks {', '.join(never[:_NAMED])}{tail}"
