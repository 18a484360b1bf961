"""Where things are: sites with their attested measures, and enforcement points.

What a site's attestations amount to at an instant is worked out in `pdp`.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ringwall.model.credentials import SshKeyLine
from ringwall.model.dated import (
    Attestation,
    MeasureException,
    Registration,
    check_apart,
)
from ringwall.model.fields import Count, IntegrityWord, Listed, TierWord
from ringwall.model.values import Flop, OrganisationId, PointId, SiteId, Strict, Text

__all__ = ["Cluster", "Interface", "Point", "Rate", "Site"]

Interface = Literal["unconstrained", "certified", "bounded", "isolated"]
"""How a tool lets weights be used (RAND SL3-PI-1): nothing hardened; A, functions that
were certified; B, any code with bounded output; C, an isolated network."""


class Cluster(Strict):
    """The machines of a site as compute oversight counts them.

    Attributes:
        performance: theoretical maximum, operations per second.
        network_gbits: speed of the network between its machines, Gbit/s.
        registration: its entry in the register of large clusters.
    """

    performance: Flop
    network_gbits: Count
    registration: Registration | None = None


class Site(Strict):
    """A place with machines, and the measures that were attested there."""

    id: SiteId
    operator: OrganisationId
    attestations: Annotated[tuple[Attestation, ...], Listed] = ()
    exceptions: Annotated[tuple[MeasureException, ...], Listed] = ()
    cluster: Cluster | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        check_apart((m, a) for a in self.attestations for m in a.measures)
        check_apart((e.measure, e) for e in self.exceptions)
        return self


class Rate(Strict):
    """How many questions a minute a point may ask.

    Attributes:
        per_person: about any one subject.
        in_all: about all of them together.
    """

    per_person: Annotated[int, Field(ge=1, le=10**6)]
    in_all: Annotated[int, Field(ge=1, le=10**6)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.per_person > self.in_all:
            raise ValueError("`per_person` is above `in_all`")
        return self


class Point(Strict):
    """An enforcement point: the tool that asks, at its site.

    Attributes:
        interface: how it lets weights be used; unconstrained if left out.
        tier: the highest tier whose information it may hold; lower if left out.
        integrity: how far what it produces is vouched for; unverified if left out.
        key: that it proves itself with; it need not if left out.
        vouches: whether it proves its users itself, so that its word of who asks is
            taken once it has proven its own key.
        rate: how many questions a minute it may ask; as many as it likes if left out.
    """

    id: PointId
    site: SiteId
    interface: Interface | None = Field(default=None)
    tier: TierWord | None = None
    integrity: IntegrityWord | None = None
    key: SshKeyLine | None = None
    vouches: bool = False
    rate: Rate | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _can_vouch(self) -> Self:
        if self.vouches and self.key is None:
            raise ValueError("a point that `vouches` needs a `key` to prove itself")
        return self
