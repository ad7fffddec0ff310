"""`runform serve camera`: pictures of a camera of this computer for the computers that it knows.

The camera is on only while somebody who is known asks for pictures. Each gets the newest one, and never more than two that it has not
taken: where the network or a computer is slow, pictures are left out, and nobody else waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from runform_live.capture.reader import Failed, Lost, Opened, PictureRead, Reader, Source
from runform_live.capture.settings import CaptureSettings
from runform_live.capture.source_info import SourceInfo
from runform_live.capture.source_name import is_camera, is_stream
from runform_live.capture.sources import Camera, File, Stream
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.runtime import remote_wire
from runform_live.runtime.peers import spelled
from runform_live.runtime.remote_door import Door, Heard
from runform_live.runtime.remote_wire import CameraState, Note, OtherVersion, Packing, Reads, Refused, Shot, Want

MOST_WANT_BYTES = 512
ON_THEIR_WAY = 2  # pictures that were sent to somebody and not taken yet
MOST_CONNECTIONS, MOST_OF_ONE = 8, 2  # of all computers, and of one; the oldest gives way
GONE_S = 3.0  # somebody who asks for nothing for so long is gone
OFF_S = 5.0  # the camera stays on for so long after the last one
TURN_S = 0.004
TELL_S = 10.0  # between two lines on how many pictures get through
FEW = 0.9  # a smaller share of the pictures is told

_reads = Reads(Want)
Say = Callable[[str], None]


class Played:
    """A film that stands in for a camera: again and again, each picture when it is due."""

    def __init__(self, source: str, mirrored: bool) -> None:
        self._film = File(source, loops=True, mirrored=mirrored)
        self._began_s = time.monotonic()
        self.info = SourceInfo(self._film.info.height_px, self._film.info.width_px, self._film.info.frame_rate_hz, None)

    def read(self) -> tuple[float, Picture] | None:
        found = self._film.read()
        if found is None:
            return None
        due_s = self._began_s + found[0]
        time.sleep(max(0.0, due_s - time.monotonic()))
        return time.monotonic(), found[1]

    def close(self) -> None:
        self._film.close()


def opened(source: str, wished: CaptureSettings, mirrored: bool) -> Source:
    """A camera by its number, a stream, or a film. Raises BadInput, also where its pictures are too large for the network."""
    found: Source
    if is_camera(source):
        found = Camera(int(source), wished, mirrored)
    else:
        found = Stream(source, mirrored) if is_stream(source) else Played(source, mirrored)
    if not remote_wire.can_travel(found.info.height_px, found.info.width_px):
        found.close()
        raise BadInput(
            f"pictures of {found.info.width_px}x{found.info.height_px} are not sent over the network; choose another size under [capture]"
        )
    return found


@dataclass(slots=True)
class _Looker:
    """One connection that asks for pictures."""

    name: str
    asked_s: float = 0.0  # the time in its newest request
    heard_s: float = 0.0  # and when that was heard here
    on_their_way: list[int] = field(default_factory=list)  # numbers of pictures that it has not taken
    newest: int = 0  # number of the last picture that it was sent
    sent: int = 0  # since the last line about it


class CameraServer:
    """Call `turn` again and again. say: gets each line for the person at this computer."""

    def __init__(self, address: str, open_source: Callable[[], Source], packing: Packing, say: Say) -> None:
        """packing: how pictures travel. Raises BadInput where the address cannot be used, or nobody is known."""
        self._door = Door(address, MOST_WANT_BYTES)
        self._open, self._packing, self._say = open_source, packing, say
        self._lookers: dict[bytes, _Looker] = {}
        self._reader: Reader | None = None
        self._wanted_s = 0.0  # when somebody last asked for a picture
        self._rate_hz: float | None = None
        self._camera: CameraState = "opening"
        self._picture: PictureRead | None = None
        self._number = 0
        self._floods = 0
        self._read = 0  # pictures since the last line
        self._told_s = time.monotonic()

    def turn(self) -> None:
        """Take what is asked and what the camera gives, and send what is wanted."""
        self._hear()
        now_s = time.monotonic()
        for connection in [one for one, looker in self._lookers.items() if now_s - looker.heard_s > GONE_S]:
            self._forget(connection)
        for public in self._door.strangers():
            self._say(
                f"a computer that is not known was not let in; if it is yours, type here what `runform keys show` prints there (its key: {spelled(public)})"
            )
        if self._door.floods > self._floods:
            self._floods = self._door.floods
            self._say("a known computer sent without end; all connections were closed, and are made anew")
        if self._reader is None:
            return
        if now_s - self._wanted_s > OFF_S:
            self._switch_off()
            return
        self._look()
        self._give()
        self._tell(now_s)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close(0.5)
        self._door.close()

    # -- what is asked ------------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        heard = self._door.receive(0.1 if self._reader is None else TURN_S)
        for _ in range(4 * MOST_CONNECTIONS):  # then the camera is looked at again, whatever else was sent
            if heard is None:
                return
            self._take(heard)
            heard = self._door.receive(0.0)

    def _take(self, heard: Heard) -> None:
        try:
            want: Want = _reads(heard.parts, buffers=0)
        except Refused:
            return
        except OtherVersion:
            want = Want(0, 0.0)  # it learns from the answer which version this is
        if not remote_wire.is_time(want.clock_s):
            return
        looker = self._lookers.get(heard.connection) or self._greet(heard)
        looker.asked_s, looker.heard_s = want.clock_s, time.monotonic()
        looker.on_their_way = [number for number in looker.on_their_way if number > want.number]
        self._wanted_s = looker.heard_s
        if self._reader is None:
            self._say("the camera is switched on")
            self._camera = "opening"
            self._reader = Reader(self._open, live=True)
        if self._camera != "open" or self._number == 0:
            note = Note(self._camera, looker.asked_s, looker.heard_s)
            self._door.send(heard.connection, remote_wire.header(note))

    def _greet(self, heard: Heard) -> _Looker:
        of_one = [one for one, looker in self._lookers.items() if looker.name == heard.name]
        if len(of_one) >= MOST_OF_ONE:
            self._forget(of_one[0])
        elif len(self._lookers) >= MOST_CONNECTIONS:
            self._forget(next(iter(self._lookers)))
        if not of_one:
            self._say(f"{heard.name} looks")
        self._lookers[heard.connection] = looker = _Looker(heard.name)
        return looker

    def _forget(self, connection: bytes) -> None:
        looker = self._lookers.pop(connection)
        if not any(other.name == looker.name for other in self._lookers.values()):
            self._say(f"{looker.name} looks no more")

    # -- the camera ---------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take what the camera gave; of its pictures the newest counts."""
        assert self._reader is not None
        while (event := self._reader.next(0.0)) is not None:
            match event:
                case PictureRead():
                    self._picture = event
                    self._number += 1
                    self._read += 1
                    self._camera = "open"
                case Opened(info=info):
                    rate_hz = info.frame_rate_hz
                    self._rate_hz = rate_hz if rate_hz is not None and 0 < rate_hz <= remote_wire.MOST_HZ else None
                case Failed(text=text):
                    self._camera_lost(text)
                case Lost():
                    self._camera_lost("the camera does not answer; plug it in again")

    def _camera_lost(self, text: str) -> None:
        self._camera, self._picture = "lost", None
        self._say(text)

    def _switch_off(self) -> None:
        assert self._reader is not None
        self._reader.close(0.5)
        self._reader, self._picture = None, None
        self._say("the camera is switched off: nobody looks")

    # -- pictures -----------------------------------------------------------------------------------------------------

    def _give(self) -> None:
        """Send the newest picture to all who can take one. It is packed once."""
        read = self._picture
        free = [
            (connection, looker)
            for connection, looker in self._lookers.items()
            if looker.newest < self._number
            and len(looker.on_their_way) < ON_THEIR_WAY
            and self._door.is_known(looker.name)
        ]
        if read is None or not free:
            return
        height_px, width_px = read.picture.shape[:2]
        packing, payload = remote_wire.packed(read.picture, self._packing)
        for connection, looker in free:
            shot = Shot(
                self._number, read.time_s, looker.asked_s, looker.heard_s, height_px, width_px, packing, self._rate_hz
            )
            self._door.send(connection, remote_wire.header(shot), payload)
            looker.newest = self._number
            looker.on_their_way.append(self._number)
            looker.sent += 1

    def _tell(self, now_s: float) -> None:
        """Say where the network or the other computer does not take all pictures."""
        if now_s - self._told_s < TELL_S:
            return
        for looker in self._lookers.values():
            if 0 < looker.sent < FEW * self._read and looker.newest > self._read:
                advice = "use a cable" + ("" if self._packing == "jpeg" else ", or --pictures small")
                self._say(f"{looker.name} gets {looker.sent} of {self._read} pictures; {advice}")
            looker.sent = 0
        self._read, self._told_s = 0, now_s
