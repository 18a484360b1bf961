"""The vault: model weights at rest, sealed, and opened only through the gate.

Must never hand out a byte, or unwrap a data key, without a permit on record, and
never write plaintext to a disk.
"""

__all__: list[str] = []
