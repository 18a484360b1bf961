"""Ordered scales of the domain; compared as integers, printed as their words.

SL and OC follow RAND RR-A2849-1 (2024), which calls them a calibration, not a
standard: a level here is 'aligned with' the report's goals, never certified.
"""

from enum import IntEnum, StrEnum
from typing import Final, Self

from typing_extensions import override

__all__ = [
    "SITE_DOMAINS",
    "Agreement",
    "Authentication",
    "Capability",
    "ClusterStanding",
    "Disclosure",
    "Domain",
    "DualUse",
    "Equivalence",
    "Integrity",
    "Proof",
    "Quorum",
    "Scale",
    "Screening",
    "SecurityLevel",
]


class Scale(IntEnum):
    """An ordered scale whose members print as lower-case words."""

    @override
    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the member that prints as `text`.

        Raises:
            ValueError: none does; the message lists the words.
        """
        for member in cls:
            if str(member) == text:
                return member
        known = ", ".join(str(member) for member in cls)
        raise ValueError(f"`{text[:40]}` is not one of {known}")


class SecurityLevel(Scale):
    """Security level SL1-SL5 (RAND ch. 6); SL0 means that nothing is attested."""

    SL0 = 0
    SL1 = 1
    SL2 = 2
    SL3 = 3
    SL4 = 4
    SL5 = 5

    @override
    def __str__(self) -> str:
        return self.name


class Authentication(Scale):
    """How the subject's session was proven, weakest first.

    `hardware_fresh` is a hardware key used again for this very action (RAND App. B:
    re-authentication of sensitive actions within about 60 s).
    """

    NONE = 0
    PASSWORD = 1
    MFA = 2
    HARDWARE = 3
    HARDWARE_FRESH = 4


class Screening(Scale):
    """Whether an outside organisation has passed the institute's screening."""

    NONE = 0
    SCREENED = 1


class Agreement(Scale):
    """Whether an agreement with an outside organisation is in force.

    A membership, partnership, licence or association agreement; it lapses.
    """

    NONE = 0
    IN_FORCE = 1


class Capability(Scale):
    """Evaluated capability against the institute's risk thresholds.

    An evaluation that is missing counts as `reached`; `none` is for things that
    have no capability of their own, such as a dataset.
    """

    NONE = 0
    BELOW = 1
    NEAR = 2
    REACHED = 3


class Quorum(Scale):
    """Approvals that stand behind a request."""

    NONE = 0
    TWO = 1
    TWO_AND_EXECUTIVE = 2


class Integrity(Scale):
    """How far content is vouched for; apart from how secret it is (Biba 1975)."""

    UNVERIFIED = 0
    REVIEWED = 1
    ASSURED = 2


class Proof(Scale):
    """Whether a safeguard of a training run has been shown and is in date."""

    NONE = 0
    IN_DATE = 1


class DualUse(Scale):
    """Evidence of dual-use capabilities, least worrying first.

    What nobody has looked at is worse than a suspicion that was looked into.
    """

    CLEARED = 0
    SUSPECTED = 1
    UNKNOWN = 2
    FOUND = 3


class Disclosure(Scale):
    """Where coordinated disclosure through RAID stands."""

    EMBARGOED = 0
    PENDING = 1
    CLEARED = 2


class Equivalence(Scale):
    """Whether what is trained was found as capable as the first above 1e26 FLOP."""

    NO = 0
    YES = 1


class ClusterStanding(Scale):
    """A site's machines before compute oversight; what is not known is unregistered.

    `exempt` stays below the thresholds of a large cluster.
    """

    UNREGISTERED = 0
    EXEMPT = 1
    REGISTERED = 2


class Domain(StrEnum):
    """The fields of protection in which a site is attested."""

    WEIGHTS = "weights"
    NETWORK = "network"
    ASSURANCE = "assurance"
    DETECTION = "detection"
    PERSONNEL = "personnel"


SITE_DOMAINS: Final = tuple(d for d in Domain if d is not Domain.PERSONNEL)
"""The domains whose weakest is the level of a site (RAND ch. 6)."""
