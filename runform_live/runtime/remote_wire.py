"""What two computers say to each other over the network, and how each part of it is checked before it is used.

A message is a header (msgpack: version, then one of the structures below) and at most one payload. Nothing here runs what it is given:
there is no pickle, and every structure has fixed fields. Sizes are bounded twice: ZeroMQ closes a connection that announces a larger
part than `MOST_BYTES` before it makes room for it, and a picture must have exactly the bytes that its header says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import cv2
import msgspec
import numpy as np
import zmq
from msgspec import Meta

from runform_live.messages import Picture

WIRE_VERSION = 1
SHORTEST_PX, LONGEST_PX = 16, 4096  # side of a picture; 4096 x 2160 is the largest that cameras give
MOST_PIXELS = 4096 * 2304
MOST_HEADER_BYTES = 4 << 10
MOST_BYTES = 3 * MOST_PIXELS  # of one part: a picture that is not packed
MOST_HZ = 1000.0
JPEG_QUALITY = 95

Packing = Literal["bgr", "i420", "jpeg"]
PACKINGS: dict[str, Packing] = {"exact": "bgr", "half": "i420", "small": "jpeg"}  # by what a person chooses
CameraState = Literal["opening", "open", "lost"]
Side = Annotated[int, Meta(ge=SHORTEST_PX, le=LONGEST_PX)]
Number = Annotated[int, Meta(ge=0, le=2**53)]
Buffer = bytes | memoryview | zmq.Frame


class Said(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Base of all that is said."""


class Want(Said, frozen=True, tag="want"):
    """A request for the next picture. number: of the last one that came (0: none yet). clock_s: here and now, see `RemoteClock`."""

    number: Number
    clock_s: float


class Note(Said, frozen=True, tag="note"):
    """An answer without a picture: how the camera is. asked_s: the time in the newest request, heard_s: when it was heard there."""

    camera: CameraState
    asked_s: float
    heard_s: float


class Shot(Said, frozen=True, tag="picture"):
    """A picture; its bytes travel beside it. stamp_s: when it was there, by the clock of the camera's computer."""

    number: Number
    stamp_s: float
    asked_s: float
    heard_s: float
    height_px: Side
    width_px: Side
    packing: Packing
    rate_hz: Annotated[float, Meta(gt=0, le=MOST_HZ)] | None = None


class OtherVersion(Exception):
    """The other computer speaks another version."""


class Refused(Exception):
    """What came cannot be used."""


_encode = msgspec.msgpack.Encoder().encode
_version = msgspec.msgpack.Decoder(tuple[int, msgspec.Raw])


def header(message: Said) -> bytes:
    """A message as bytes."""
    return _encode((WIRE_VERSION, message))


class Reads:
    """Reads messages of some kinds, and refuses all others."""

    def __init__(self, kinds: Any) -> None:
        """kinds: a structure, or a union of some."""
        self._decoder = msgspec.msgpack.Decoder(kinds)

    def __call__(self, parts: Sequence[Buffer], buffers: int | None = None) -> Any:
        """The message in the first of these parts. buffers: how many more there must be (None: none, or one).

        Raises OtherVersion, Refused.
        """
        if not parts or len(parts) > 2 or (buffers is not None and len(parts) != 1 + buffers):
            raise Refused("another number of parts")
        written = bytes_of(parts[0])
        if len(written) > MOST_HEADER_BYTES:
            raise Refused("a long header")
        try:
            version, body = _version.decode(written)
            if version != WIRE_VERSION:
                raise OtherVersion(str(version))
            return self._decoder.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as trouble:
            raise Refused(str(trouble)) from None


def bytes_of(part: Buffer) -> memoryview:
    """The bytes of a part, not copied."""
    return memoryview(part.buffer if isinstance(part, zmq.Frame) else part)


# -- pictures -----------------------------------------------------------------------------------------------------


def packed(picture: Picture, packing: Packing) -> tuple[Packing, memoryview]:
    """A picture for the network, and how it was packed.

    bgr: each byte as it is. i420: half of the bytes; colours at half the resolution, as films and most cameras have them. jpeg: a tenth.
    Pictures with an odd side have no 4:2:0, and travel as they are.
    """
    if packing == "jpeg":
        good, written = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if good:
            return "jpeg", np.ascontiguousarray(written).data.cast("B")
    if packing == "bgr" or picture.shape[0] % 2 or picture.shape[1] % 2:
        return "bgr", np.ascontiguousarray(picture).data.cast("B")
    return "i420", np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)).data.cast("B")


def can_travel(height_px: int, width_px: int) -> bool:
    """Whether a picture of this size is taken at the other end."""
    return (
        min(height_px, width_px) >= SHORTEST_PX
        and max(height_px, width_px) <= LONGEST_PX
        and height_px * width_px <= MOST_PIXELS
    )


def unpacked(height_px: int, width_px: int, packing: Packing, part: Buffer) -> Picture:
    """The picture (height, width, 3), BGR, of bytes that came. Raises Refused where they are not exactly such a picture."""
    payload = bytes_of(part)
    if height_px * width_px > MOST_PIXELS:
        raise Refused("a large picture")
    if packing == "jpeg":
        return _of_jpeg(height_px, width_px, payload)
    expected = height_px * width_px * 3
    if packing == "i420":
        if height_px % 2 or width_px % 2:
            raise Refused("an odd side")
        expected //= 2
    if payload.nbytes != expected:
        raise Refused("another number of bytes")
    raw = np.frombuffer(payload, np.uint8)
    if packing == "bgr":
        return raw.reshape(height_px, width_px, 3).copy()
    return np.asarray(cv2.cvtColor(raw.reshape(height_px * 3 // 2, width_px), cv2.COLOR_YUV2BGR_I420), np.uint8)


def _of_jpeg(height_px: int, width_px: int, payload: memoryview) -> Picture:
    if jpeg_size(payload) != (height_px, width_px):  # a few bytes can claim a picture that would fill the memory
        raise Refused("no JPEG of this size")
    try:
        found = cv2.imdecode(np.frombuffer(payload, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        found = None
    if found is None or found.shape != (height_px, width_px, 3):
        raise Refused("a damaged JPEG")
    return np.asarray(found, np.uint8)


def jpeg_size(payload: memoryview) -> tuple[int, int] | None:
    """Height and width as the only frame header of a baseline JPEG says; None where there is none, or more than one."""
    at, size, found = 2, len(payload), None
    if size < 4 or payload[0] != 0xFF or payload[1] != 0xD8:
        return None
    while at + 4 <= size and payload[at] == 0xFF:
        marker, length = payload[at + 1], payload[at + 2] << 8 | payload[at + 3]
        if marker == 0xDA:  # the pixels begin
            return found
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if found is not None or marker != 0xC0 or length < 8 or at + 9 > size:
                return None
            found = payload[at + 5] << 8 | payload[at + 6], payload[at + 7] << 8 | payload[at + 8]
        at += 2 + length
    return None


def is_time(time_s: float) -> bool:
    """Whether it can be a time of a monotonic clock."""
    return math.isfinite(time_s) and abs(time_s) < 1e12
