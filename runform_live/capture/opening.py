"""Opens a film or a network stream with FFmpeg. What cannot be played is refused in one line."""

from __future__ import annotations

import os
import re
import stat
from functools import cache
from pathlib import Path
from typing import Any

import av
import av.error
import av.format
import av.logging
from av.stream import Disposition

from runform_live import doors
from runform_live.addresses import masked, shown
from runform_live.capture.picture_maker import NOT_CROPPED, Crop
from runform_live.capture.source_name import file_of, is_remote, is_stream
from runform_live.errors import BadInput, reason_of
from runform_live.file_names import for_ffmpeg

CONNECT_US = "5000000"  # 5 s, in microseconds as FFmpeg takes it
ANSWER_S = 8.0
NOT_THE_FILM = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
OF_ONE_PROCESS = ("/dev/stdin", "/dev/fd/", "/proc/")  # another process finds something else there
CROPPED = re.compile(r"Frame Cropping: (\d+)/(\d+)/(\d+)/(\d+)")  # left, right, top, bottom
# Formats that open further files. Those may be private, or a pipe on which the program would wait for ever.
LISTS = frozenset(
    {"hls", "applehttp", "dash", "concat", "ffconcat", "imf", "image2", "sdp", "rtsp", "webm_dash_manifest"}
    | {"vobsub", "avisynth", "vapoursynth"}
)
PLAYS_ELSEWHERE = "give a film that plays in a video player"
SAVE = "save what comes from it as a file first, and give that file"

Container = av.container.InputContainer


def opened(source: str) -> Container:
    """The container of a film or a network stream. Raises BadInput in one line for what cannot be opened."""
    if is_remote(source):
        raise BadInput(f"{shown(source)}: this is a camera of another computer; runform live measures with it")
    if is_stream(source):
        options = {"rtsp_transport": "tcp", "stimeout": CONNECT_US, "timeout": CONNECT_US}
        return _open(source, source, options, (ANSWER_S, ANSWER_S))
    path = file_of(source)
    check_file(path, source)
    # FFmpeg checks the format before it opens a file from a list. A film of the allowed formats can only reach files.
    options = {"format_whitelist": _formats_of_one_file(), "protocol_whitelist": "file,crypto,data"}
    return _open(source, for_ffmpeg(path), options, None)


@cache
def _formats_of_one_file() -> str:
    """The names of all formats except LISTS, as FFmpeg takes them."""
    return ",".join(sorted(name for name in av.format.formats_available if not _is_list(name)))


def _is_list(name: str) -> bool:
    """Whether this format is one of LISTS, or cannot be read."""
    try:
        found = av.format.ContainerFormat(name, "r")
    except ValueError:
        return True
    return not LISTS.isdisjoint(found.name.split(","))


def check_file(path: Path, source: str) -> None:
    """Refuse everything but a plain, readable file. A pipe can be read only once, and a session needs its film again."""
    name = shown(source)
    if source == "-" or os.fspath(path).startswith(OF_ONE_PROCESS):
        raise BadInput(f"{name}: a film is not read from a pipe or a device; {SAVE}")
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(f"{name}: there is no such file; check the name") from None
    except (OSError, ValueError) as trouble:
        raise BadInput(f"{name}: cannot be opened ({masked(reason_of(trouble))}); check the name") from None
    if stat.S_ISDIR(mode):
        raise BadInput(f"{name}: this is a folder; give a video file")
    if os.fspath(path).startswith("/dev/video"):
        raise BadInput(f"{name}: this is a camera; give its number: --source {name.removeprefix('/dev/video') or 0}")
    if kind := doors.kind(mode):
        raise BadInput(f"{name}: this is {kind}, which can be read once only; {SAVE}")
    try:
        with path.open("rb") as film:
            empty = not film.read(1)
    except PermissionError:
        raise BadInput(f"{name}: you may not read this file; change its permissions or copy it") from None
    except OSError as trouble:
        raise BadInput(f"{name}: cannot be read ({masked(reason_of(trouble))}); check the disk") from None
    if empty:
        raise BadInput(f"{name}: the file is empty; copy it once more from where it was recorded")


def _open(source: str, address: str, options: dict[str, str], timeout: tuple[float, float] | None) -> Container:
    name, stream = shown(source), is_stream(source)
    try:
        # Tags of the film may be in any encoding. Only a date is read from them.
        return av.open(address, options=options, timeout=timeout, metadata_errors="replace")
    except (av.error.InvalidDataError, av.error.PatchWelcomeError):
        if not stream and _is_unfinished(file_of(source)):
            raise BadInput(
                f"{name}: its recording was never finished or it was not copied whole; copy it once more, or repair it "
                "with the program that made it"
            ) from None
        raise BadInput(f"{name}: this is not a video; {PLAYS_ELSEWHERE}") from None
    except (av.error.FFmpegError, OSError, ValueError) as trouble:
        if (
            isinstance(trouble, av.error.ArgumentError) and not stream
        ):  # FFmpeg's answer to a format that is not allowed
            raise BadInput(
                f"{name}: this is no film, but a picture or a list of other files; give the film itself"
            ) from None
        advice = "check the address and that the camera is on" if stream else PLAYS_ELSEWHERE
        raise BadInput(f"{name}: cannot be opened ({masked(reason_of(trouble))}); {advice}") from None


def _is_unfinished(path: Path) -> bool:
    """Whether this is an MP4 or QuickTime film without its index, which is written last."""
    with path.open("rb") as film:
        return film.read(12)[4:8] in (b"ftyp", b"mdat", b"wide")


def films_in(container: Container, source: str) -> list[av.VideoStream]:
    """The streams that may be the film, the likeliest first, without cover pictures and thumbnails. Raises BadInput where there is none."""
    name = shown(source)
    if not container.streams.video:
        raise BadInput(f"{name}: there are no pictures in it; give a video file")
    films = [stream for stream in container.streams.video if not stream.disposition & NOT_THE_FILM]
    if not films:
        raise BadInput(f"{name}: there is only a cover picture in it; give a video file")
    known = [stream for stream in films if _has_decoder(stream)]
    if not known:
        raise BadInput(
            f"{name}: its pictures are packed in a way that this program cannot read; convert the film to H.264, for example "
            "with HandBrake"
        )
    best = container.streams.best("video")

    def likely(stream: av.VideoStream) -> tuple[bool, bool, bool, int, int]:
        size = stream.codec_context.width * stream.codec_context.height
        default = bool(stream.disposition & Disposition.default)
        return stream.frames != 1, default, best is not None and stream.index == best.index, size, -stream.index

    return sorted(known, key=likely, reverse=True)


def _has_decoder(stream: av.VideoStream) -> bool:
    return stream.codec_context is not None  # None where FFmpeg has no decoder


def has_no_clock(container: Container) -> bool:
    """Whether this is a raw stream: pictures without times. FFmpeg would assume 25 a second."""
    return bool(av.format.Flags(container.format.flags) & av.format.Flags.no_timestamps)


def cropping(container: Container, stream: av.VideoStream) -> Crop:
    """The cropping from the container (Matroska's PixelCrop, QuickTime's clean aperture). FFmpeg applies that of the codec itself.

    PyAV only offers it in FFmpeg's printed description of a film.
    """
    any_container: Any = container  # the method is missing in PyAV's type stubs
    before = av.logging.get_level()
    try:
        av.logging.set_level(av.logging.INFO)
        described = any_container.dumps_format()
    except (av.error.FFmpegError, UnicodeDecodeError):
        return NOT_CROPPED
    finally:
        av.logging.set_level(before)
    own = re.search(rf"Stream #0:{stream.index}\b.*?(?=Stream #0:|\Z)", described, re.DOTALL)
    found = CROPPED.search(own.group()) if own else None
    return Crop(*(int(side) for side in found.groups())) if found else NOT_CROPPED
