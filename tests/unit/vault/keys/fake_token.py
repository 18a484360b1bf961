"""A PKCS#11 token in memory, for machines without one and for faults on demand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import pkcs11
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Attribute = pkcs11.Attribute


class FakeKey:
    """A key; its value is to be seen by tests alone."""

    def __init__(self, label: str, owner: "FakeToken") -> None:
        self.label = label
        self.owner = owner
        self.raw = AESGCM.generate_key(256)
        self.about: dict[object, object] = {
            Attribute.LOCAL: True,
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.NEVER_EXTRACTABLE: True,
        }

    def __getitem__(self, attribute: object) -> object:
        return self.about[attribute]

    def encrypt(
        self, data: bytes, mechanism: object, mechanism_param: pkcs11.GCMParams
    ) -> bytes:
        assert mechanism is pkcs11.Mechanism.AES_GCM
        if self.owner.refuses is not None:
            raise self.owner.refuses
        given = mechanism_param
        return AESGCM(self.raw).encrypt(given.nonce, data, given.aad)

    def decrypt(
        self, data: bytes, mechanism: object, mechanism_param: pkcs11.GCMParams
    ) -> bytes:
        assert mechanism is pkcs11.Mechanism.AES_GCM
        if self.owner.refuses is not None:
            raise self.owner.refuses
        given = mechanism_param
        try:
            return AESGCM(self.raw).decrypt(given.nonce, data, given.aad)
        except InvalidTag:
            raise pkcs11.GeneralError from None

    def destroy(self) -> None:
        self.owner.keys.remove(self)


@dataclass
class FakeToken:
    """A token, and the session on it.

    Attributes:
        label: of the token.
        pin: that opens it.
        keys: that it holds.
        weak: what the keys that it makes say otherwise of themselves.
        refuses: the error that every use of a key gives.
        opened: how many sessions are open.
    """

    label: str = "vault"
    pin: str = "123456"
    keys: list[FakeKey] = field(default_factory=list)
    weak: dict[object, object] = field(default_factory=dict)
    refuses: Exception | None = None
    opened: int = 0
    pin_fault: type[pkcs11.PKCS11Error] = pkcs11.PinIncorrect

    def open(self, *, rw: bool, user_pin: str) -> Self:
        assert isinstance(rw, bool)
        if user_pin != self.pin:
            raise self.pin_fault
        if self.opened:
            raise pkcs11.UserAlreadyLoggedIn
        return self

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.opened -= 1

    def get_objects(self, wanted: dict[object, object]) -> Iterator[FakeKey]:
        return (key for key in self.keys if key.label == wanted[Attribute.LABEL])

    def get_key(self, *, object_class: object, label: str) -> FakeKey:
        assert object_class is pkcs11.ObjectClass.SECRET_KEY
        found = [key for key in self.keys if key.label == label]
        if not found:
            raise pkcs11.NoSuchKey
        if len(found) > 1:
            raise pkcs11.MultipleObjectsReturned
        return found[0]

    def generate_key(self, kind: object, bits: int, **asked: object) -> FakeKey:
        assert (kind, bits, asked["store"]) == (pkcs11.KeyType.AES, 256, True)
        template = asked["template"]
        assert isinstance(template, dict)
        assert template[Attribute.SENSITIVE]
        assert not template[Attribute.EXTRACTABLE]
        key = FakeKey(str(asked["label"]), self)
        key.about.update(self.weak)
        self.keys.append(key)
        return key


class FakeLibrary:
    """A module of a token's maker, as `pkcs11.lib` gives it."""

    def __init__(self, *tokens: FakeToken) -> None:
        self.tokens = tokens

    def get_token(self, *, token_label: str) -> FakeToken:
        found = [token for token in self.tokens if token.label == token_label]
        if not found:
            raise pkcs11.NoSuchToken
        if len(found) > 1:
            raise pkcs11.MultipleTokensReturned
        return found[0]
