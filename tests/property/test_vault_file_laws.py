"""An open file of the vault reads as any file does, and asks for each byte once."""

import io

from hypothesis import given
from hypothesis import strategies as st

from ringwall.vault.opened_file import Named, VaultFile
from tests.vault_files import InMemory
from tests.vault_office import content

DATA = content(500)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 200)),
        st.tuples(st.just("seek"), st.integers(0, 600)),
        st.tuples(st.just("back"), st.integers(0, 500)),
        st.tuples(st.just("into"), st.integers(0, 499)),
    ),
    max_size=20,
)


def step(file: VaultFile | io.BytesIO, what: str, number: int) -> object:
    """Take one step at a file; return what came of it."""
    if what == "read":
        return file.read(number)
    if what == "seek":
        return file.seek(number)
    return file.seek(-number, io.SEEK_END)


@given(STEPS, st.sampled_from([0, 1, 50, 1000]))
def test_it_reads_as_any_file_and_asks_for_each_byte_once(
    steps: list[tuple[str, int]], ahead: int
) -> None:
    asked: list[tuple[int, int, int]] = []
    named = Named("m", "weights:w", "box-aaaaaaaaaaaaaaaaaaaa", len(DATA))
    content_ = InMemory(DATA)
    file = VaultFile(named, content_, lambda *told: asked.append(told), ahead)
    plain, read = io.BytesIO(DATA), set[int]()

    for what, number in steps:
        if what == "into":
            stop = min(number + 40, len(DATA))
            buffer = bytearray(stop - number)
            file.read_into(number, buffer)
            assert buffer == DATA[number:stop]
            read.update(range(number, stop))
        else:
            before = plain.tell()
            expected = step(plain, what, number)
            assert step(file, what, number) == expected
            if what == "read":
                read.update(range(before, plain.tell()))
        assert file.tell() == plain.tell()

    released = {byte for _, start, stop in asked for byte in range(start, stop)}
    assert read <= released <= set(range(len(DATA)))
    assert sum(amount for amount, _, _ in asked) == len(released)
    if not ahead:
        assert read == released
