"""State that goes from one process to the next comes out as it went in."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from runform_live import handover
from runform_live.handover import Newest, WrittenArray


class Kept(msgspec.Struct, frozen=True):
    array: WrittenArray
    number: float


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_]), arrays.array_shapes(min_side=0)
    ),
    st.floats(),
)
def test_an_array_and_a_float_come_back_to_the_last_bit(array: np.ndarray, number: float) -> None:
    kept = handover.decode(handover.encode(Kept(WrittenArray.of(array), number)), Kept)
    assert kept is not None
    back = kept.array.array()
    assert back.dtype == array.dtype and back.shape == array.shape and back.tobytes() == array.tobytes()
    assert np.float64(kept.number).tobytes() == np.float64(number).tobytes() or np.isnan([kept.number, number]).all()


def test_the_array_that_comes_back_may_be_changed() -> None:
    back = WrittenArray.of(np.zeros(3)).array()
    back[0] = 1.0
    assert back[0] == 1.0


def test_nothing_written_down_is_no_state() -> None:
    assert handover.decode(b"", Kept) is None


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        handover.decode(b"\x01", Kept)


def test_only_what_is_newer_is_new_also_for_a_successor() -> None:
    newest = Newest()
    assert [newest.is_new(time_s) for time_s in (0.0, 1.0, 1.0, 0.5, 2.0)] == [True, True, False, False, True]
    successor = Newest(newest.time_s)
    assert not successor.is_new(2.0) and successor.is_new(2.1)


@pytest.mark.parametrize("written", [b"\xa4\xff\xff\xff\xff", b"\x91" * 5000, b"\x81\xa5dtype\xa2\xff\xff", b"\xc1"])
def test_other_bytes_are_refused_in_one_way(written: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        handover.decode(written, handover.WrittenArray)
