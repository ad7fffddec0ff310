"""A webcam for tests: what `cv2.VideoCapture(0)` gives, played from a clip in real time, with the faults of real cameras.

What camera N does stands in `camera-N.json` in the folder that RUNFORM_STANDIN names (see README.md beside this file). The file
may change while the camera is open.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from runform_live.messages import Picture

FOLDER = "RUNFORM_STANDIN"
DEMO = Path(__file__).parents[2] / "runform_live" / "capture" / "demo.mp4"
MODES = ("ok", "unplugged", "stalled", "black", "torn", "repeated")
LOOK_S = 0.01  # how often a blocked call looks into the file
TORN_APART = 4  # frames between the two halves of a torn picture

FRAME_WIDTH, FRAME_HEIGHT, FPS, FRAME_COUNT, BUFFERSIZE = 3, 4, 5, 7, 38  # cv2.CAP_PROP_*


@dataclass(frozen=True)
class Says:
    """What a camera does; the fields are the keys of its file."""

    mode: str = "ok"
    clip: str = str(DEMO)
    rate_hz: float = 30.0
    width_px: int | None = None  # None: as the clip
    height_px: int | None = None
    loops: bool = True  # False: the last picture stands still at the end
    from_beginning: bool = False  # at each opening; False: the clip goes on meanwhile, as a runner does
    began_s: float | None = None  # monotonic time of the clip's beginning; None: when the camera was first opened
    repeats: int = 3  # of each picture where the mode is "repeated"
    opening_s: float = 0.0  # how long opening takes
    stall_s: float = 10.0  # until a blocked read gives up, as V4L2 does

    @classmethod
    def read(cls, path: Path) -> Says:
        """What the file says. Raises OSError where there is none, ValueError for a key or mode that is not known."""
        told = json.loads(path.read_text(encoding="utf-8"))
        unknown = told.keys() - {field.name for field in fields(cls)}
        if unknown or told.get("mode", "ok") not in MODES:
            raise ValueError(f"{path}: not known: {sorted(unknown) or told['mode']}")
        return cls(**told)


class _Told:
    """The file of one camera, read again whenever it was replaced."""

    def __init__(self, number: int) -> None:
        self.path = Path(os.environ[FOLDER]) / f"camera-{number}.json"
        self._stamp: tuple[int, int] | None = None
        self._says: Says | None = None

    def now(self) -> Says:
        """What the camera does now; one without a file is unplugged."""
        try:
            status = self.path.stat()
            if self._says is None or self._stamp != (status.st_ino, status.st_mtime_ns):
                self._stamp, self._says = (status.st_ino, status.st_mtime_ns), Says.read(self.path)
            return self._says
        except OSError:
            return Says(mode="unplugged")

    def clip_began_s(self, says: Says) -> float:
        """When the clip began, for every process that asks: the first one writes it down."""
        if says.began_s is not None:
            return says.began_s
        mark = self.path.with_suffix(".began")
        try:
            with mark.open("x", encoding="ascii") as new:
                new.write(repr(time.monotonic()))
        except FileExistsError:
            pass
        return float(mark.read_text(encoding="ascii") or time.monotonic())


class _Clip:
    """Pictures of a clip by their number. Going forward is cheap."""

    def __init__(self, path: str, open_video: Any) -> None:
        self._path, self._open = path, open_video
        self._video = open_video(path)
        self.rate_hz = float(self._video.get(FPS)) or 30.0
        self.count = max(1, int(self._video.get(FRAME_COUNT)))
        self.size_px = int(self._video.get(FRAME_HEIGHT)), int(self._video.get(FRAME_WIDTH))
        self._at, self._picture = -1, np.zeros((*self.size_px, 3), np.uint8)

    def picture(self, number: int) -> Picture:
        if number < self._at:
            self._video.release()
            self._video, self._at = self._open(self._path), -1
        while self._at < number:
            self._at += 1
            if not self._video.grab():
                self.count = max(1, self._at)  # the header promised more
                self._at = number
            elif self._at == number:
                self._picture = self._video.retrieve()[1]
        return self._picture

    def release(self) -> None:
        self._video.release()


class Camera:
    """One opening of a camera, with the methods of `cv2.VideoCapture` that a program uses on a webcam."""

    def __init__(self, number: int, cv2: Any, open_video: Any) -> None:
        """cv2: the module; open_video: its own VideoCapture, which decodes the clip."""
        self._cv2, self._open_video = cv2, open_video
        self._told = _Told(number)
        says = self._told.now()
        time.sleep(says.opening_s)
        self._lock = _only_user(self._told.path) if says.mode != "unplugged" else None
        self._open = self._lock is not None
        self._clip: _Clip | None = None
        self._clip_path = ""
        self._buffer = 4
        self._opened_s = time.monotonic()
        self._paced: tuple[float, float] = (0.0, 0.0)  # rate, and when its picture 0 was due
        self._last = -1  # number of the last picture at this rate
        self._earlier: deque[Picture] = deque(maxlen=TORN_APART + 1)
        self._grabbed: Picture | None = None

    # -- as OpenCV names them -------------------------------------------------------------------------------------

    def isOpened(self) -> bool:
        return self._open

    def getBackendName(self) -> str:
        return "STANDIN"

    def get(self, prop: int) -> float:
        if not self._open:
            return 0.0
        says = self._told.now()
        height_px, width_px = self._size_px(says)
        return {FRAME_WIDTH: float(width_px), FRAME_HEIGHT: float(height_px), FPS: float(says.rate_hz),
                BUFFERSIZE: float(self._buffer)}.get(prop, 0.0)  # fmt: skip

    def set(self, prop: int, value: float) -> bool:
        """A camera delivers what its file says, whatever it is asked for; only the driver's buffer can be chosen."""
        if prop == BUFFERSIZE and 1 <= value <= 4:
            self._buffer = int(value)
            return True
        return False

    def grab(self) -> bool:
        self._grabbed = self._next() if self._open else None
        return self._grabbed is not None

    def retrieve(self, image: Picture | None = None, flag: int = 0) -> tuple[bool, Picture | None]:
        return self._grabbed is not None, self._grabbed

    def read(self, image: Picture | None = None) -> tuple[bool, Picture | None]:
        self.grab()
        return self.retrieve()

    def release(self) -> None:
        self._open = False
        if self._clip is not None:
            self._clip.release()
        self._clip = None
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    # -- the pictures ---------------------------------------------------------------------------------------------

    def _next(self) -> Picture | None:
        """The next picture when it is due; None where the camera does not answer."""
        says = self._when_due()
        if says is None:
            self._open_is_over()
            return None
        plain = self._picture(says)
        self._earlier.append(plain)
        if says.mode == "black":
            return np.zeros_like(plain)
        picture = plain.copy()
        if says.mode == "torn":
            half = len(plain) // 2
            picture[half:] = self._other(plain)[half:]
        return picture

    def _when_due(self) -> Says | None:
        """Wait until a picture is due; what the camera does then, None where it was unplugged or stalled for too long."""
        began_s = time.monotonic()
        while (says := self._told.now()).mode != "unplugged":
            now_s = time.monotonic()
            if says.mode == "stalled":
                if now_s - began_s >= says.stall_s:
                    return None
                time.sleep(LOOK_S)
                continue
            due_s = self._due_s(says, now_s)
            if now_s >= due_s:
                return says
            time.sleep(min(LOOK_S, due_s - now_s))
        return None

    def _due_s(self, says: Says, now_s: float) -> float:
        """When the next picture is due; those that the driver's buffer could not hold are passed over."""
        if self._paced[0] != says.rate_hz:
            self._paced, self._last = (says.rate_hz, now_s), -1
        rate_hz, zero_s = self._paced
        newest = int((now_s - zero_s) * rate_hz)
        following = max(self._last + 1, newest - self._buffer + 1)
        due_s = zero_s + following / rate_hz
        if now_s >= due_s:
            self._last = following
        return due_s

    def _open_is_over(self) -> None:
        """A camera that was unplugged has to be opened again, even when it is back."""
        if self._told.now().mode == "unplugged":
            self.release()

    def _picture(self, says: Says) -> Picture:
        clip = self._clip_of(says)
        rate_hz, zero_s = self._paced
        began_s = self._opened_s if says.from_beginning else self._told.clip_began_s(says)
        number = max(0, int((zero_s + self._last / rate_hz - began_s) * clip.rate_hz + 1e-6))
        if says.mode == "repeated":
            number -= number % says.repeats
        number = number % clip.count if says.loops else min(number, clip.count - 1)
        picture = clip.picture(number)
        height_px, width_px = self._size_px(says)
        return (
            picture if picture.shape[:2] == (height_px, width_px) else self._cv2.resize(picture, (width_px, height_px))
        )

    def _other(self, plain: Picture) -> Picture:
        """A picture of some frames before, to tear this one with."""
        earlier = self._earlier[0]
        return earlier if earlier.shape == plain.shape else plain

    def _size_px(self, says: Says) -> tuple[int, int]:
        own = self._clip_of(says).size_px
        return says.height_px or own[0], says.width_px or own[1]

    def _clip_of(self, says: Says) -> _Clip:
        if self._clip is None or self._clip_path != says.clip:
            if self._clip is not None:
                self._clip.release()
            self._clip, self._clip_path = _Clip(says.clip, self._open_video), says.clip
        return self._clip


def _only_user(path: Path) -> Any:
    """A lock that one opening of a camera holds, as a camera serves one program at a time; None where another holds it."""
    lock = path.with_suffix(".lock").open("a")
    try:
        import fcntl
    except ImportError:
        return lock  # Windows: more than one may open it here
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def numbers() -> list[int]:
    """The cameras that are plugged in."""
    found = (int(path.stem.split("-")[1]) for path in Path(os.environ[FOLDER]).glob("camera-*.json"))
    return sorted(number for number in found if _Told(number).now().mode != "unplugged")


def put_into(cv2: Any) -> None:
    """Let cameras of this OpenCV module be stand-ins; files, addresses and the rest reach the real one."""
    real = cv2.VideoCapture

    def opened(*words: Any, **named: Any) -> Any:
        first = words[0] if words else named.get("index")
        if isinstance(first, int):
            return Camera(first, cv2, real)
        return real(*words, **named)

    cv2.VideoCapture = opened
    _list_devices()


def _list_devices() -> None:
    """Show the cameras where Linux lists its devices, because that is where the program looks for them."""
    plain = Path.glob

    def glob(self: Path, pattern: str, *words: Any, **named: Any) -> Iterator[Path]:
        if self == Path("/dev") and pattern == "video*":
            return (self / f"video{number}" for number in numbers())
        return iter(plain(self, pattern, *words, **named))

    Path.glob = glob  # type: ignore[method-assign,assignment]
