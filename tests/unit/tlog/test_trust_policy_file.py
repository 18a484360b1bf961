"""The text of a trust policy: C2SP tlog-policy, each fault with its line."""

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.signing import CosigningKey, SigningKey, format_vkey
from ringwall.tlog.trust_policy import (
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
    WitnessGroup,
)
from ringwall.tlog.trust_policy_file import (
    MAX_TRUST_POLICY_BYTES,
    format_trust_policy,
    parse_trust_policy,
)

LOG = SigningKey("log.example/ringwall", bytes(range(32))).verifier()
KEYS = [CosigningKey(f"w{n}.example", bytes([n] * 32)).verifier() for n in range(4)]
VKEYS = [format_vkey(key) for key in KEYS]
LOG_VKEY = format_vkey(LOG)

TEXT = f"""\
log {LOG_VKEY} https://log.example/
witness A {VKEYS[0]} https://a.example/submit
witness B {VKEYS[1]}
witness C {VKEYS[2]}
group pair 2 A B
group all-of-it 1 pair C
quorum all-of-it
"""
POLICY = TrustPolicy(
    (TrustedLog(LOG, "https://log.example/"),),
    (
        TrustedWitness("A", KEYS[0], "https://a.example/submit"),
        TrustedWitness("B", KEYS[1]),
        TrustedWitness("C", KEYS[2]),
    ),
    (WitnessGroup("pair", 2, ("A", "B")), WitnessGroup("all-of-it", 1, ("pair", "C"))),
    "all-of-it",
)


def refusal(data: bytes) -> str:
    """Return the message with which the text is refused."""
    with pytest.raises(ConfigurationError) as caught:
        parse_trust_policy(data)
    assert caught.value.next_step
    assert caught.value.code == "trust-policy-malformed"
    return caught.value.message


# --- what is read and written ------------------------------------------------


def test_a_policy_keeps_its_text() -> None:
    assert format_trust_policy(POLICY) == TEXT.encode()
    assert parse_trust_policy(TEXT.encode()) == POLICY


def test_the_smallest_policy_is_one_line() -> None:
    policy = TrustPolicy((), (), (), "none")

    assert format_trust_policy(policy) == b"quorum none\n"
    assert parse_trust_policy(b"quorum none\n") == policy


def test_white_space_comments_and_order_do_not_matter() -> None:
    text = (
        f"# whom we trust\n\n \t \n\twitness  A \t{VKEYS[0]}  \n  # B next\n"
        f"witness B {VKEYS[1]}\ngroup pair 2 A\t B\nwitness C {VKEYS[2]}\n"
        f"group all-of-it any pair C\nquorum\tall-of-it \n log {LOG_VKEY}\n"
    )

    policy = parse_trust_policy(text.encode())

    assert policy.groups == POLICY.groups
    assert policy.quorum == POLICY.quorum
    assert [item.verifier for item in policy.witnesses] == KEYS[:3]
    assert policy.logs == (TrustedLog(LOG),)


def test_all_and_any_are_numbers_by_another_name() -> None:
    for word, number in [("all", 3), ("any", 1), ("2", 2)]:
        text = "".join(f"witness {n} {VKEYS[n]}\n" for n in range(3))
        text += f"group g {word} 0 1 2\nquorum g\n"
        (group,) = parse_trust_policy(text.encode()).groups
        assert group == WitnessGroup("g", number, ("0", "1", "2"))


def test_the_words_of_the_format_may_be_names_save_none() -> None:
    text = f"witness all {VKEYS[0]}\nwitness any {VKEYS[1]}\nwitness 2 {VKEYS[2]}\n"
    text += "group group all all any 2\nquorum group\n"

    policy = parse_trust_policy(text.encode())

    assert policy.is_met({"all", "any", "2"})
    assert not policy.is_met({"all", "any"})


def test_names_are_octets_whatever_they_spell() -> None:
    names = [b"K", b"\xe2\x84\xaa", b"\xff\xfe", b"a\xc2\xa0b"]
    text = b"".join(
        b"witness %s %s\n" % (name, vkey.encode())
        for name, vkey in zip(names, VKEYS, strict=True)
    )
    text += b"group \x80 3 " + b" ".join(names) + b"\nquorum \x80\n"

    policy = parse_trust_policy(text)

    assert format_trust_policy(policy) == text
    assert len({item.name for item in policy.witnesses}) == 4
    assert policy.is_met({item.name for item in policy.witnesses[1:]})


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    text = b"quorum none\n#".ljust(MAX_TRUST_POLICY_BYTES - 1, b"#") + b"\n"

    assert parse_trust_policy(text).quorum == "none"
    assert refusal(b"#" + text).startswith("the policy has more than")


def test_a_thousand_lines_are_read() -> None:
    keys = [CosigningKey(f"w{n}", n.to_bytes(32, "big")) for n in range(300)]
    text = "".join(
        f"witness {key.name} {format_vkey(key.verifier())}\n" for key in keys
    )
    text += f"group g all {' '.join(key.name for key in keys)}\nquorum g\n"

    assert parse_trust_policy(text.encode()).groups[0].threshold == 300


# --- what is refused ---------------------------------------------------------


def test_every_cut_is_refused() -> None:
    data = TEXT.encode()

    for length in range(len(data)):
        refusal(data[:length])


def test_a_name_that_may_have_been_cut_is_not_read_as_another() -> None:
    text = f"witness A {VKEYS[0]}\nwitness AB {VKEYS[1]}\nquorum AB\n".encode()

    assert refusal(text[:-2]) == "line 3: no newline ends it"


W = f"witness A {VKEYS[0]}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "no line says what the quorum is", id="nothing"),
        pytest.param(W, "no line says what the quorum is", id="no quorum"),
        pytest.param("quorum none", "line 1: no newline", id="no newline"),
        pytest.param("quorum\n", "line 1: a quorum line is", id="bare quorum"),
        pytest.param("quorum none x\n", "line 1: a quorum line", id="two quorums"),
        pytest.param("quorum A\n" + W, "line 1: the quorum `A`", id="quorum too early"),
        pytest.param("quorum none\n" * 2, "line 2: the quorum has been", id="twice"),
        pytest.param("Quorum none\n", "line 1: it begins with", id="upper-case"),
        pytest.param("\ufeffquorum none\n", "line 1: it begins with", id="BOM"),
        pytest.param("quorum none\r\n", "line 1: it holds a control", id="return"),
        pytest.param("#\x00\nquorum none\n", "line 1: it holds", id="NUL in a comment"),
        pytest.param("\n#\x7f\n", "line 2: it holds", id="DEL in a comment"),
        pytest.param("\x0bquorum none\n", "line 1: it holds", id="vertical tab"),
        pytest.param("quorum none # yes\n", "line 1: a quorum", id="comment behind"),
        pytest.param("log\n", "line 1: a log line is", id="log without key"),
        pytest.param(f"log {LOG_VKEY} a b\n", "line 1: a log line is", id="log: more"),
        pytest.param("log a+b+c\n", "line 1: the key part", id="log: no vkey"),
        pytest.param(
            f"log {VKEYS[0]}\n", "line 1: it is the key of a witness", id="log: witness"
        ),
        pytest.param(
            f"log {LOG_VKEY}\n" * 2, "line 2: the public key of", id="log twice"
        ),
        pytest.param("witness A\n", "line 1: a witness line is", id="witness: no key"),
        pytest.param(
            f"witness A {VKEYS[0]} u v\n", "line 1: a witness line", id="witness: more"
        ),
        pytest.param(
            f"witness A {LOG_VKEY}\n", "line 1: it is the key of a log", id="0x01"
        ),
        pytest.param(
            f"witness A \xa0{VKEYS[0]}\n", "line 1: a key name", id="space in a vkey"
        ),
        pytest.param(
            f"witness none {VKEYS[0]}\n", "line 1: `none` is the quorum", id="none"
        ),
        pytest.param(
            W + f"witness A {VKEYS[1]}\n", "line 2: `A` is defined twice", id="A twice"
        ),
        pytest.param(
            W + f"witness B {VKEYS[0]}\n", "line 2: the public key", id="key twice"
        ),
        pytest.param(W + "group g 1\n", "line 2: a group line is", id="no member"),
        pytest.param(W + "group g\n", "line 2: a group line is", id="bare group"),
        pytest.param(W + "group g 0 A\n", "line 2: a group takes", id="none of them"),
        pytest.param(W + "group g 01 A\n", "line 2: a group takes", id="leading zero"),
        pytest.param(W + "group g +1 A\n", "line 2: a group takes", id="plus sign"),
        pytest.param(W + "group g \u0661 A\n", "line 2: a group takes", id="no digit"),
        pytest.param(W + "group g One A\n", "line 2: a group takes", id="a word"),
        pytest.param(
            W + f"group g {'1' * 5000} A\n", "line 2: a group takes", id="a huge number"
        ),
        pytest.param(
            W + "group g 2 A\n", "line 2: the group takes 2 of 1", id="2 of 1"
        ),
        pytest.param(W + "group g 1 B\n", "line 2: the member `B`", id="B is nobody"),
        pytest.param(W + "group g 1 none\n", "line 2: the member", id="none as member"),
        pytest.param(W + "group g all A A\n", "line 2: `A` is a member", id="A, A"),
        pytest.param(W + "group A 1 A\n", "line 2: `A` is defined", id="named as one"),
        pytest.param(
            W + "group g 1 A\ngroup h 1 A\n", "line 3: `A` is a member", id="in two"
        ),
        pytest.param(W + "group g 1 g\n", "line 2: the member `g`", id="in itself"),
    ],
)
def test_a_malformed_policy_is_refused_with_its_line(text: str, message: str) -> None:
    assert refusal(text.encode()).startswith(message)


def test_octets_in_a_message_can_not_command_a_terminal() -> None:
    message = refusal(b"quorum \xc2\x9b2J\xff\xe2\x80\xae\n")

    assert message == r"line 1: the quorum `\x9b2J\udcff\u202e` is not defined before"
