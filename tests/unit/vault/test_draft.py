"""What goes on record of a container is what its header says."""

from ringwall.institute import Gatekeeper
from ringwall.model.requests import AccessRequest
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.slots import wrap_context
from ringwall.vault.draft import Draft
from ringwall.vault.keys.provider import Wrapped
from tests.example import NOON
from tests.vault_office import ASSET, NAME, VaultOffice

HEADER = ContainerHeader(
    container="box-aaaaaaaaaaaaaaaaaaaa",
    asset=ASSET,
    file=NAME,
    tier="upper",
    bytes=5,
    chunk=4096,
    nonce=bytes(7),
    created=NOON,
    copy_of="box-bbbbbbbbbbbbbbbbbbbb",
    recipient="site:hub-west",
)


def test_the_event_says_what_the_header_says(gate: Gatekeeper) -> None:
    words = ("user:dennis", "weights.copy", ASSET, gate.point)
    permit = gate.check_request(AccessRequest(*words))
    provider = gate.vault.keyring.provider("vault-1")

    event = Draft(permit, HEADER, provider).event(gate, b"s" * 32, b"p" * 32)

    assert event["header"] == HEADER.digest.hex()
    assert (event["slot"], event["sha256"]) == ((b"s" * 32).hex(), (b"p" * 32).hex())
    for name in ("container", "asset", "file", "bytes", "copy_of", "recipient"):
        assert event[name] == getattr(HEADER, name)
    assert (event["decision"], event["site"]) == (permit.id, "site:hub-north")


def test_at_a_point_that_is_not_on_record_there_is_no_site(
    office: VaultOffice,
) -> None:
    with office.gate("point:nowhere") as gate:
        permit = gate.check(subject="user:ada", action="weights.read", resource=ASSET)
        provider = gate.vault.keyring.provider("vault-1")
        event = Draft(permit, HEADER, provider).event(gate, b"", b"")

    assert event["site"] == ""


def test_the_first_slot_is_bound_to_the_container(gate: Gatekeeper) -> None:
    permit = gate.check(subject="user:ada", action="weights.read", resource=ASSET)
    provider = gate.vault.keyring.provider("vault-1")

    slot = Draft(permit, HEADER, provider).slot(bytes(range(32)), HEADER.digest)

    context = wrap_context(HEADER.digest, 1, "vault-1", "file")
    wrapped = Wrapped(dict(slot.params), slot.wrapped)
    assert provider.unwrap(wrapped, context) == bytes(range(32))
