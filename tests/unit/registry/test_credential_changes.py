"""Each change of what proves somebody raises an alarm, and nothing else does."""

from pathlib import Path
from typing import Final

import pytest

from ringwall.registry.plan import plan_changes
from tests.declaring import TERMS, Files
from tests.office import key_entry
from tests.unit.registry.test_identities import provider

_KEY: Final = key_entry("ada")["key"]
_SPAN: Final = "from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z"
_KEYS: Final = f"keys: [{{key: {_KEY}, {_SPAN}}}]"
_LOGIN: Final = "logins: [{provider: idp:house, subject: ada}]"
_PROGRAMME: Final = (
    "programme: {screening_months: 6, training_months: 12, integrity_months: 12, "
    "review_months: 6}"
)
_INSTITUTE: Final = "organisations:\n- {{id: org:institute, relation: institute, {}}}\n"
_ADA: Final = "id: user:ada, organisation: org:institute, roles: [researcher]"
_BOT: Final = "id: service:bot, organisation: org:institute, operator: user:ada"
_HOUSE: Final = "providers:\n" + provider("house", "https://id.example")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (f"people:\n- {{{_ADA}, {_KEYS}}}\n", "user:ada"),
        (f"{_HOUSE}people:\n- {{{_ADA}, {_LOGIN}}}\n", "idp:house user:ada"),
        (_HOUSE, "idp:house"),
        (f"services:\n- {{{_BOT}, {_KEYS}}}\n", "service:bot"),
        (f"points:\n- {{id: point:desk, site: site:hub, key: {_KEY}}}\n", "point:desk"),
        (_INSTITUTE.format(_PROGRAMME), "org:institute"),
    ],
)
def test_what_proves_somebody_is_not_changed_without_an_alarm(
    files: Files, text: str, entity: str
) -> None:
    assert files.plan(text).alarming == tuple(entity.split())


@pytest.mark.parametrize(
    "text",
    [
        f"people:\n- {{{_ADA}, note: x}}\n",
        f"people:\n- {{id: user:bob, organisation: org:institute, {_KEYS}}}\n",
        f"services:\n- {{{_BOT}, note: x}}\n",
        "points:\n- {id: point:desk, site: site:hub, note: x}\n",
        f"points:\n- {{id: point:new, site: site:hub, key: {_KEY}}}\n",
        "organisations:\n- {id: org:institute, relation: institute, note: x}\n",
        "organisations:\n- {id: org:partner, relation: partner, note: x}\n",
        "remove: [dataset:open]\n",
    ],
)
def test_whatever_else_changes_raises_none(files: Files, text: str) -> None:
    plan = files.plan(text)

    assert len(plan.changes) == 1
    assert plan.alarming == ()


def test_neither_what_has_to_be_proven_nor_a_programme_goes_quietly(
    files: Files,
) -> None:
    for before in ("identity: claimed", _PROGRAMME):
        then = files.on(_INSTITUTE.format(before))
        plan = then.plan(_INSTITUTE.format("note: x"))
        assert plan.alarming == ("org:institute",)


def test_a_provider_before_anybody_is_on_record_raises_none(files: Files) -> None:
    assert plan_changes({}, files.read(_HOUSE), TERMS).alarming == ()


def test_a_provider_that_is_changed_or_removed_raises_one(files: Files) -> None:
    with_house = files.on(_HOUSE)

    assert with_house.plan("remove: [idp:house]\n").alarming == ("idp:house",)
    other = _HOUSE.replace("[ringwall]", "[ringwall, more]")
    assert with_house.plan(other).alarming == ("idp:house",)


def test_keys_under_an_id_that_was_removed_raise_one(files: Files) -> None:
    again = f"services:\n- {{{_BOT.replace('bot', 'old')}, {_KEYS}}}\n"
    bare = f"services:\n- {{{_BOT.replace('bot', 'old')}}}\n"

    assert files.plan(again, retired="service:old").alarming == ("service:old",)
    assert files.plan(bare, retired="service:old").alarming == ()
