"""Nobody is two people, nobody's key is another's, and each key can be used."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringwall.registry.plan import plan_changes
from tests.declaring import BASE, TERMS, Files


def line(number: int) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def keys(number: int, comment: str = "") -> str:
    return f"""\
  keys:
  - key: "{line(number)}{comment}"
    from: "2026-01-01T00:00:00Z"
    until: "2026-02-01T00:00:00Z"
"""


def point_of_curve(x: bytes) -> str:
    frame = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
    return "ssh-ed25519 " + base64.b64encode(frame + x).decode()


ADA = "- id: user:ada\n  organisation: org:institute\n  roles: [researcher]\n"
BOB = "- id: user:bob\n  organisation: org:institute\n"
CAS = "- id: user:cas\n  organisation: org:institute\n"
LOGIN = "  logins:\n  - {provider: idp:own, subject: ada}\n"
X = base64.urlsafe_b64encode(
    Ed25519PrivateKey.from_private_bytes(b"\x09" * 32).public_key().public_bytes_raw()
).decode()[:43]


def provider(name: str, issuer: str, x: str = X) -> str:
    return f"""\
- id: idp:{name}
  issuer: {issuer}
  audience: [ringwall]
  algorithms: [EdDSA]
  keys:
  - {{kid: k, kty: OKP, crv: Ed25519, x: {x}}}
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, BASE + "providers:\n" + provider("own", "https://own"))


def people(*them: str) -> str:
    return "people:\n" + "".join(them)


def test_people_with_keys_and_logins_of_their_own_are_taken(files: Files) -> None:
    text = people(ADA, keys(1), LOGIN, BOB, "  manager: user:ada\n", keys(2))

    assert len(files.plan(text).changes) == 2


def test_a_key_that_is_no_point_of_its_curve_is_refused_at_its_line(
    files: Files,
) -> None:
    bad = keys(1).replace(line(1), point_of_curve(b"\x00" * 32))

    code, at, message = files.whole_fault(people(ADA, bad))

    assert (code, at) == ("key-unusable", 6)
    assert "no sound point" in message


def test_a_point_with_such_a_key_is_refused(files: Files) -> None:
    key = point_of_curve(b"\x01" + b"\x00" * 31)
    text = f'points:\n- id: point:new\n  site: site:hub\n  key: "{key}"\n'

    assert files.fault(text) == ("key-unusable", 4)


def test_a_providers_key_that_is_no_point_is_refused_at_its_line(files: Files) -> None:
    text = "providers:\n" + provider("two", "https://two", "A" * 43)

    code, at, message = files.whole_fault(text)

    assert (code, at) == ("key-unusable", 7)
    assert "`k` can't check signatures" in message


def test_one_key_of_two_people_is_refused_for_both(files: Files) -> None:
    faults = files.faults(people(ADA, keys(1), BOB, keys(1, " another comment")))

    assert [(f.code, f.line) for f in faults] == [
        ("duplicate-identity", 6),
        ("duplicate-identity", 12),
    ]
    assert "has what stands for `user:bob`, too" in faults[0].message


def test_a_key_that_another_had_once_is_refused(tmp_path: Path) -> None:
    had = BASE.replace("roles: [researcher]}", "roles: [researcher], ")
    inline = (
        f'keys: [{{key: "{line(1)}", from: "2020-01-01T00:00:00Z", '
        'until: "2020-02-01T00:00:00Z"}]}'
    )
    files = Files(tmp_path, had.replace("[researcher], ", f"[researcher], {inline}"))

    assert files.fault(people(BOB, keys(1))) == ("duplicate-identity", 5)


def test_one_login_of_two_people_is_refused(files: Files) -> None:
    faults = files.faults(people(ADA, LOGIN, BOB, LOGIN))

    assert [(f.code, f.line) for f in faults] == [
        ("duplicate-identity", 6),
        ("duplicate-identity", 10),
    ]


def test_a_service_does_not_have_the_key_of_who_runs_it(files: Files) -> None:
    service = (
        "services:\n- id: service:bot\n  organisation: org:institute\n"
        "  operator: user:ada\n"
    )

    faults = files.faults(people(ADA, keys(1)) + service + keys(1))

    assert {fault.code for fault in faults} == {"duplicate-identity"}


def test_a_point_does_not_have_the_key_of_a_person(files: Files) -> None:
    text = f'points:\n- {{id: point:new, site: site:hub, key: "{line(1)}"}}\n'

    faults = files.faults(people(ADA, keys(1)) + text)

    assert [fault.code for fault in faults] == ["duplicate-identity"] * 2


def test_two_accounts_of_one_person_may_share_keys_and_logins(files: Files) -> None:
    account = BOB + "  account_of: user:ada\n"
    third = CAS + "  account_of: user:ada\n"

    text = people(ADA, keys(1), LOGIN, account, keys(1), LOGIN, third, keys(1))

    assert len(files.plan(text).changes) == 3


def test_an_account_that_ceases_to_be_one_gives_up_the_key(tmp_path: Path) -> None:
    account = BOB + "  account_of: user:ada\n"
    base = BASE.replace(
        "- {id: user:ada, organisation: org:institute, roles: [researcher]}\n",
        ADA + keys(1) + account + keys(1),
    )

    assert Files(tmp_path, base).fault(people(BOB, keys(1)))[0] == "duplicate-identity"


def test_an_account_of_an_account_is_refused(files: Files) -> None:
    account = BOB + "  account_of: user:ada\n"
    text = people(ADA, account, CAS, "  account_of: user:bob\n")

    code, at, message = files.whole_fault(text)

    assert (code, at) == ("account-unfit", 10)
    assert "`user:bob` is an account of somebody itself" in message


def test_two_people_are_not_accounts_of_one_another(files: Files) -> None:
    text = people(ADA, "  account_of: user:bob\n", BOB, "  account_of: user:ada\n")

    assert [fault.code for fault in files.faults(text)] == ["account-unfit"] * 2


def test_the_main_account_does_not_become_one_of_another(tmp_path: Path) -> None:
    account = "- {id: user:bob, organisation: org:institute, account_of: user:ada}\n"
    cas = "- {id: user:cas, organisation: org:institute}\n"
    base = BASE.replace("services:\n", f"{account}{cas}services:\n")

    fault = Files(tmp_path, base).fault(people(ADA, "  account_of: user:cas\n"))

    assert fault == ("account-unfit", 5)


def test_an_account_of_somebody_elsewhere_is_refused(files: Files) -> None:
    far = "- id: user:pat\n  organisation: org:partner\n  account_of: user:ada\n"

    assert files.fault(people(far)) == ("account-unfit", 4)


def test_the_main_account_does_not_move_away_alone(tmp_path: Path) -> None:
    both = "- {id: user:bob, organisation: org:partner}\n"
    both += "- {id: user:cas, organisation: org:partner, account_of: user:bob}\n"
    files = Files(tmp_path, BASE.replace("services:\n", f"{both}services:\n"))

    assert files.fault(people(BOB)) == ("account-unfit", 3)


def test_an_account_that_nobody_touches_is_not_looked_at(tmp_path: Path) -> None:
    both = "- {id: user:bob, organisation: org:partner}\n"
    both += "- {id: user:cas, organisation: org:institute, account_of: user:bob}\n"
    files = Files(tmp_path, BASE.replace("services:\n", f"{both}services:\n"))

    assert len(files.plan(people(ADA, keys(1))).changes) == 1


def test_nobody_reports_to_an_account_of_their_own(files: Files) -> None:
    account = BOB + "  account_of: user:ada\n  manager: user:ada\n"

    assert files.fault(people(ADA, account)) == ("manager-unfit", 8)


@pytest.mark.parametrize(
    ("field", "at"),
    [
        ("  manager: user:nobody\n", 5),
        ("  account_of: user:nobody\n", 5),
        ("  logins:\n  - subject: ada\n    provider: idp:none\n", 7),
    ],
)
def test_what_is_named_has_to_be_there(files: Files, field: str, at: int) -> None:
    assert files.fault(people(ADA, field)) == ("unknown-reference", at)


def test_two_providers_of_one_issuer_are_refused(files: Files) -> None:
    text = "providers:\n" + provider("own", "https://own")
    text += provider("two", "https://own")

    faults = files.faults(text)

    assert [(f.code, f.line) for f in faults] == [
        ("duplicate-issuer", 3),
        ("duplicate-issuer", 9),
    ]


def test_a_second_provider_of_an_issuer_on_record_is_refused(files: Files) -> None:
    text = "providers:\n" + provider("two", "https://own")

    assert files.fault(text) == ("duplicate-issuer", 3)


def test_a_provider_with_logins_is_not_removed(tmp_path: Path) -> None:
    base = BASE.replace(
        "- {id: user:ada, organisation: org:institute, roles: [researcher]}\n",
        ADA + LOGIN,
    )
    files = Files(tmp_path, base + "providers:\n" + provider("own", "https://own"))

    assert files.fault("remove:\n- idp:own\n") == ("still-referenced", 2)


CLAIMED = "organisations:\n- id: org:institute\n  relation: institute\n"


def test_where_identity_is_proven_words_are_never_believed_again(files: Files) -> None:
    code, at, message = files.whole_fault(CLAIMED + "  identity: claimed\n")

    assert (code, at) == ("identity-lowered", 4)
    assert "it is proven, on record" in message


def test_an_institute_may_begin_with_words_and_turn_to_proofs(tmp_path: Path) -> None:
    words = CLAIMED + "  identity: claimed\n"
    base = BASE.replace(
        "relation: institute}", "relation: institute, identity: claimed}"
    )

    new = plan_changes({}, Files(tmp_path).read(words), TERMS)

    assert len(new.changes) == 1
    assert len(Files(tmp_path, base).plan(CLAIMED).changes) == 1
    assert Files(tmp_path, base).plan(words).changes == ()
