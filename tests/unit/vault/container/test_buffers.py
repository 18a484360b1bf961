"""Buffers are zero when they come and when they go."""

import mmap

import pytest

from ringwall.vault.container.buffers import fresh_buffer, wipe


@pytest.mark.parametrize("length", [0, 1, 4096, 70_000, 5 * 1024 * 1024])
def test_a_fresh_buffer_is_zero_and_writable(length: int) -> None:
    buffer = fresh_buffer(length)

    assert len(buffer) == length
    assert not buffer.readonly
    assert not any(buffer[:70_000])


@pytest.mark.parametrize("length", [0, 1, 65_536, 65_537, 200_000])
def test_a_wiped_buffer_is_zero(length: int) -> None:
    buffer = memoryview(bytearray(b"\xff" * length))

    wipe(buffer)

    assert not any(buffer)


def test_a_kernel_without_the_advice_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mmap, "MADV_DONTDUMP", 12345)

    assert len(fresh_buffer(10)) == 10
