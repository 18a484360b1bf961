"""Whoever asks is asked for at this gate, and at no other."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from ringwall.base.errors import IdentityUnproven, RequestError
from ringwall.gate.asker import Asker, Who
from ringwall.gate.denied import AccessDenied
from ringwall.gate.session import Session
from ringwall.institute import Gatekeeper
from tests.vault_office import ASSET, DESK, READER, VaultOffice, found_vault


@pytest.fixture(scope="module")
def vault_folder(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("asker") / "institute"
    shutil.copytree(institute_folder, folder)
    found_vault(folder)
    return folder


@pytest.fixture
def office(vault_folder: Path, tmp_path: Path) -> Iterator[VaultOffice]:
    shutil.copytree(vault_folder, tmp_path / "institute")
    office = VaultOffice(tmp_path / "institute")
    yield office
    office.close()


@pytest.fixture
def gate(office: VaultOffice) -> Iterator[Gatekeeper]:
    with office.gate() as gate:
        yield gate


def code_of(gate: Gatekeeper, who: Who) -> str:
    with pytest.raises(RequestError) as caught:
        Asker(gate, who)
    assert caught.value.next_step
    return caught.value.code


def test_words_and_sessions_ask_alike(gate: Gatekeeper) -> None:
    with gate.session(**READER) as session:
        askers = [
            Asker(gate, {**READER, "purpose": "a trial run"}),  # type: ignore[typeddict-item] # words of a test
            Asker(gate, {"session": session, "purpose": "a trial run"}),
        ]
        permits = [
            asker.require(action="weights.read", resource=ASSET, amount=0)
            for asker in askers
        ]

    assert [asker.subject for asker in askers] == ["user:ada"] * 2
    assert [asker.purpose for asker in askers] == ["a trial run"] * 2
    first, second = (permit.request for permit in permits)
    assert first == second


def test_a_deny_raises_with_its_decision(gate: Gatekeeper) -> None:
    asker = Asker(gate, {"subject": "user:emmy"})
    with pytest.raises(AccessDenied) as caught:
        asker.require(action="weights.read", resource=ASSET, amount=0)

    assert caught.value.decision.receipt is not None
    assert asker.purpose == ""


def test_somebody_has_to_ask_and_only_one(gate: Gatekeeper) -> None:
    with gate.session(**READER) as session:
        both: Who = {"session": session, "subject": "user:ada"}
        assert code_of(gate, both) == "asker-missing"
    assert code_of(gate, {}) == "asker-missing"
    assert code_of(gate, {"session": None, "subject": ""}) == "asker-missing"


def test_a_session_of_another_gate_is_refused(
    office: VaultOffice, gate: Gatekeeper
) -> None:
    with office.gate(DESK) as other, other.session(**READER) as session:
        assert code_of(gate, {"session": session}) == "session-foreign"


def test_an_object_that_answers_for_itself_is_refused(gate: Gatekeeper) -> None:
    class Yes(Session):
        @override
        def check(self, **_: Any) -> Any:
            raise AssertionError

    yes: Any = Yes(gate, None, "user:ada")
    assert code_of(gate, {"session": yes}) == "session-foreign"


def test_a_closed_session_asks_nothing(gate: Gatekeeper) -> None:
    with gate.session(**READER) as session:
        asker = Asker(gate, {"session": session})
    with pytest.raises(IdentityUnproven) as caught:
        asker.require(action="weights.read", resource=ASSET, amount=0)

    assert caught.value.code == "session-closed"


def test_what_was_begun_is_the_last_use_of_their_own_grant_here(
    office: VaultOffice, gate: Gatekeeper
) -> None:
    who = office.to_destroy("box-aaaaaaaaaaaaaaaaaaaa")
    office.to_destroy("box-bbbbbbbbbbbbbbbbbbbb")
    asker = Asker(gate, who)  # type: ignore[arg-type] # words of a test
    gate.refresh()
    (binds,) = {
        one.binds
        for one in gate.ground.matters.requests.all()
        if one.id == who["grant"]
    }
    assert asker.begun("weights.delete", ASSET, binds) == ""

    permit = asker.require(
        action="weights.delete", resource=ASSET, amount=0, binds=binds
    )

    assert asker.begun("weights.delete", ASSET, binds) == permit.id
    assert asker.interrupted("weights.delete", ASSET, binds) == permit.id
    gate.ground.matters.containers._carried_out.add(permit.id)
    assert asker.interrupted("weights.delete", ASSET, binds) == ""
    assert asker.begun("weights.delete", ASSET, "") == ""
    assert asker.begun("weights.copy", ASSET, binds) == ""
    assert Asker(gate, {"subject": "user:ada"}).begun("weights.delete", ASSET) == ""
