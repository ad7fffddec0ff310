"""State that one process hands to its successor: typed structures, with arrays in them, as bytes.

Every stage core has `state()`, which gives its whole state as one frozen structure, and takes such a structure back. The bytes are
msgpack: exact for floats, NaN and infinities included.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

State = TypeVar("State", bound=msgspec.Struct)


class WrittenArray(msgspec.Struct, frozen=True):
    """A NumPy array written down: its type, shape and bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: npt.NDArray[Any]) -> WrittenArray:
        """A copy of the array as it is now."""
        return cls(array.dtype.str, array.shape, array.tobytes())

    def array(self) -> npt.NDArray[Any]:
        """The array again, a copy that may be changed."""
        return np.frombuffer(self.data, np.dtype(self.dtype)).reshape(self.shape).copy()


def encode(state: msgspec.Struct) -> bytes:
    """A state as bytes."""
    return msgspec.msgpack.encode(state)


def decode(written: bytes, kind: type[State]) -> State | None:
    """The state of that kind from its bytes; None where nothing was written down. Raises msgspec.DecodeError for other bytes."""
    if not written:
        return None
    try:
        return msgspec.msgpack.decode(written, type=kind)
    except (UnicodeDecodeError, RecursionError) as trouble:
        raise msgspec.DecodeError(str(trouble)) from None


class Newest:
    """The time (s) of the newest message of one kind. What a restarted sender repeats is not newer, and is left out."""

    __slots__ = ("time_s",)

    def __init__(self, time_s: float = -math.inf) -> None:
        """time_s: of the newest message that a predecessor took."""
        self.time_s = time_s

    def is_new(self, time_s: float) -> bool:
        """Whether a message is newer than all before it, which is then the newest."""
        if time_s <= self.time_s:
            return False
        self.time_s = time_s
        return True
