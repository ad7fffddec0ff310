"""The program's picture: a pelvis that drops on one side, above two legs. It is drawn by this module, so no image file is shipped."""

from __future__ import annotations

import struct

import cv2
import numpy as np

from runform_live.overlay import LEFT_RGB, RIGHT_RGB

SIZE_PX = 256
BACKGROUND_RGB, LINE_RGB = (30, 33, 39), (240, 240, 240)
LEFT_HIP, RIGHT_HIP = (84, 92), (172, 112)
LEFT_FOOT, RIGHT_FOOT = (100, 220), (150, 190)


def png() -> bytes:
    """SIZE_PX x SIZE_PX, as a PNG file."""
    picture = np.zeros((SIZE_PX, SIZE_PX, 4), np.uint8)
    edge = SIZE_PX // 6
    cv2.rectangle(picture, (edge, edge), (SIZE_PX - edge, SIZE_PX - edge), _bgra(BACKGROUND_RGB), 2 * edge, cv2.LINE_AA)
    cv2.rectangle(picture, (edge, edge), (SIZE_PX - edge, SIZE_PX - edge), _bgra(BACKGROUND_RGB), -1)
    for hip, foot, colour in ((LEFT_HIP, LEFT_FOOT, LEFT_RGB), (RIGHT_HIP, RIGHT_FOOT, RIGHT_RGB)):
        cv2.line(picture, hip, foot, _bgra(colour), 22, cv2.LINE_AA)
    cv2.line(picture, LEFT_HIP, RIGHT_HIP, _bgra(LINE_RGB), 18, cv2.LINE_AA)
    for hip in (LEFT_HIP, RIGHT_HIP):
        cv2.circle(picture, hip, 18, _bgra(LINE_RGB), -1, cv2.LINE_AA)
    return bytes(cv2.imencode(".png", picture)[1])


def ico() -> bytes:
    """The same for Windows: an ICO file with the PNG in it."""
    content = png()
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(content), 22) + content


def icns() -> bytes:
    """The same for macOS: an ICNS file with the PNG in it ("ic08": 256 x 256)."""
    content = png()
    return b"icns" + struct.pack(">I", 16 + len(content)) + b"ic08" + struct.pack(">I", 8 + len(content)) + content


def _bgra(rgb: tuple[int, int, int]) -> tuple[int, int, int, int]:
    return rgb[2], rgb[1], rgb[0], 255
