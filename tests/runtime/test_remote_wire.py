"""What two computers say to each other: everything that is not exactly as it must be is refused before it is used."""

from __future__ import annotations

import math

import cv2
import msgspec
import numpy as np
import pytest

from runform_live.messages import Picture
from runform_live.runtime import remote_wire
from runform_live.runtime.remote_wire import Note, OtherVersion, Packing, Reads, Refused, Shot, Want

GOOD = {
    "kind": "picture", "number": 1, "stamp_s": 5.0, "asked_s": 1.0, "heard_s": 5.0, "height_px": 48, "width_px": 64,
    "packing": "bgr", "rate_hz": 30.0,
}  # fmt: skip


def scene(height_px: int = 48, width_px: int = 64) -> Picture:
    """A smooth picture with all colours."""
    y, x = np.mgrid[0:height_px, 0:width_px]
    return np.stack([x * 255 / width_px, y * 255 / height_px, 255 - x * 255 / width_px], -1).astype(np.uint8)


def written(version: object = remote_wire.WIRE_VERSION, **changes: object) -> bytes:
    return msgspec.msgpack.encode((version, GOOD | changes))


def test_a_message_is_read_as_it_was_sent() -> None:
    reads = Reads(Shot | Note)
    assert reads([written(), b"pixels"]) == Shot(1, 5.0, 1.0, 5.0, 48, 64, "bgr", 30.0)
    note = Note("lost", 1.0, 2.0)
    assert reads([remote_wire.header(note)]) == note


@pytest.mark.parametrize(
    "changes",
    [{"number": -1}, {"number": "1"}, {"number": 2**60}, {"number": 1.5}, {"height_px": 0}, {"height_px": 100000}, {"width_px": -4},
     {"packing": "pickle"}, {"packing": None}, {"kind": "want"}, {"kind": "run"}, {"more": 1}, {"stamp_s": "now"}, {"rate_hz": 0},
     {"rate_hz": math.nan}, {"rate_hz": "fast"}, {"height_px": None}],
    ids=str,
)  # fmt: skip
def test_a_header_with_another_field_type_or_range_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        Reads(Shot | Note)([written(**changes), b""])


@pytest.mark.parametrize(
    "parts",
    [[], [b""], [b"\x00"], [b"\x92\x01"], [written()[:-3]], [b"\x91" * 3000], [b"x" * 5000], [written(), b"", b""], [b"\xc1" * 20],
     [msgspec.msgpack.encode("hello")], [msgspec.msgpack.encode((1, 2, 3))], [b"cos\nsystem\n(S'true'\ntR."]],
    ids=lambda parts: str(parts)[:30],
)  # fmt: skip
def test_what_is_no_message_is_refused(parts: list[bytes]) -> None:
    with pytest.raises(Refused):
        Reads(Shot | Note)(parts)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_is_told_apart_from_what_is_no_message(version: int) -> None:
    with pytest.raises(OtherVersion):
        Reads(Want)([written(version)])


def test_a_payload_beside_a_request_is_refused() -> None:
    with pytest.raises(Refused):
        Reads(Want)([remote_wire.header(Want(0, 1.0)), b"more"], buffers=0)


@pytest.mark.parametrize(
    ("chosen", "shape", "travels_as", "most_off"),
    [("exact", (48, 64), "bgr", 0), ("half", (48, 64), "i420", 12), ("small", (48, 64), "jpeg", 12), ("half", (49, 64), "bgr", 0),
     ("exact", (49, 63), "bgr", 0), ("small", (49, 63), "jpeg", 14)],
)  # fmt: skip
def test_a_picture_comes_as_it_was(chosen: str, shape: tuple[int, int], travels_as: str, most_off: int) -> None:
    picture = scene(*shape)
    used, payload = remote_wire.packed(picture, remote_wire.PACKINGS[chosen])
    assert used == travels_as
    found = remote_wire.unpacked(*shape, used, payload)
    assert found.shape == picture.shape and found.flags.writeable and found.flags.c_contiguous
    assert np.abs(found.astype(int) - picture).max() <= most_off


def test_every_picture_with_another_number_of_bytes_is_refused() -> None:
    picture = scene()
    packings: tuple[Packing, ...] = ("bgr", "i420", "jpeg")
    for packing in packings:
        raw = bytes(remote_wire.packed(picture, packing)[1])
        cut = raw[: len(raw) // 3] if packing == "jpeg" else raw[:-1]
        for wrong in (b"", cut[:100], raw + b"x" if packing != "jpeg" else b"\xff\xd8"):
            with pytest.raises(Refused):
                remote_wire.unpacked(48, 64, packing, wrong)
        with pytest.raises(Refused):
            remote_wire.unpacked(48, 66, packing, raw)
    with pytest.raises(Refused):
        remote_wire.unpacked(4096, 4096, "bgr", b"")
    with pytest.raises(Refused):
        remote_wire.unpacked(47, 64, "i420", bytes(47 * 64 * 3 // 2))


def test_a_few_bytes_that_claim_a_huge_picture_are_never_decoded() -> None:
    raw = bytearray(remote_wire.packed(scene(), "jpeg")[1])
    at = raw.index(b"\xff\xc0")
    raw[at + 5 : at + 9] = b"\x75\x30\x75\x30"  # 30000 x 30000
    assert remote_wire.jpeg_size(memoryview(bytes(raw))) == (30000, 30000)
    with pytest.raises(Refused):
        remote_wire.unpacked(48, 64, "jpeg", bytes(raw))


@pytest.mark.parametrize("ending", [".png", ".bmp", ".tiff", ".webp"])
def test_no_other_format_of_pictures_is_decoded(ending: str) -> None:
    good, payload = cv2.imencode(ending, scene())
    assert good
    with pytest.raises(Refused):
        remote_wire.unpacked(48, 64, "jpeg", payload.tobytes())


def test_random_bytes_after_a_good_beginning_raise_nothing_else() -> None:
    random = np.random.default_rng(1)
    raw = np.frombuffer(remote_wire.packed(scene(), "jpeg")[1], np.uint8)
    for _ in range(300):
        hurt = raw.copy()
        hurt[random.integers(2, raw.size, 12)] = random.integers(0, 256, 12)
        try:
            assert remote_wire.unpacked(48, 64, "jpeg", hurt.tobytes()).shape == (48, 64, 3)
        except Refused:
            continue
