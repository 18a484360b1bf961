"""The one spelling of base64 that keys, notes and checkpoints accept.

RFC 4648 section 4, padded, canonical. Must never accept two texts for the same
bytes: a second spelling would let a signed line change without being noticed.
"""

import base64

__all__ = ["decode_base64", "encode_base64"]


def encode_base64(data: bytes) -> str:
    """Return the padded standard base64 of the bytes, on one line."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes whose canonical base64 is exactly this text.

    Raises:
        ValueError: a character outside the alphabet, wrong padding, or unused
            bits that are not zero.
    """
    data = base64.b64decode(text, validate=True)
    if encode_base64(data) != text:
        raise ValueError("base64 is not in canonical form")
    return data
