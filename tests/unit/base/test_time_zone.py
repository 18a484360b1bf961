"""A zone is the one that is named, or none."""

from datetime import UTC

import pytest

from ringwall.base.time_zone import zone_of


def test_a_zone_is_one_of_the_database() -> None:
    assert str(zone_of("UTC")) == "UTC"
    assert str(zone_of("Europe/Paris")) == "Europe/Paris"
    for odd in ("Europe/Atlantis", "../etc/passwd", "", "Europe\0"):
        with pytest.raises(ValueError, match="no time zone"):
            zone_of(odd)


def test_utc_needs_no_zones_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: str) -> None:
        raise OSError

    monkeypatch.setattr("ringwall.base.time_zone.ZoneInfo", none)

    assert zone_of("UTC") is UTC
    with pytest.raises(ValueError, match="no time zone that this machine knows"):
        zone_of("Europe/Brussels")
