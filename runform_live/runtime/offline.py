"""The offline driver: the same cores as live, on every frame of a video.

Two threads work side by side: one finds the runner in a frame, and the caller's decodes those to come, describes those before, measures and
writes down. A pass of a network is run by whichever has time (`crew`). The results are those of one thread that does all of it frame by frame.
With one thread for the networks ([pose] threads = 1) one thread really does all: of several processes each keeps to a core of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform_live import portable
from runform_live.capture.dates import Recorded
from runform_live.capture.video import Video
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import Frame, GaitState, Person, Picture, Pose, Stance, View
from runform_live.pose.estimator import Found, PoseEstimator
from runform_live.pose.open import open_estimator
from runform_live.runtime.crew import Crew, ahead
from runform_live.session.record import SessionRecord
from runform_live.side_naming import put_right

Progress = Callable[[int, float, float | None], None]  # frames done, their time (s), duration (s) where known

MOST_HELPERS = 2  # besides the two threads: one for the second pass of each network


class Analysis:
    """One video through all cores. Iterate for the pose and landmarks of each frame; `stances` grows meanwhile."""

    def __init__(
        self,
        source: str,
        config: Config,
        view: View = "unknown",
        estimator: PoseEstimator | None = None,
        filmed: Callable[[float, Picture], Picture] | None = None,
        slowed: float = 1.0,
        frame_rate_hz: float | None = None,
        mirrored: bool = False,
        camera_height_cm: float | None = None,
    ) -> None:
        """filmed: what another camera would have made of each frame at its time (s). The rest: see Video.

        camera_height_cm: of the lens above the belt, where a person said it of this film. The setting of that name says nothing of films.
        """
        self._alone = config.pose.threads == 1
        # A thread of the decoder's own would be one more than there are cores.
        decoding = 1 if self._alone or portable.cores() <= 2 else 2
        self.video = Video(source, decoding, slowed=slowed, frame_rate_hz=frame_rate_hz, mirrored=mirrored)
        self.frame_rate_given_hz, self.mirrored = frame_rate_hz, mirrored
        self._estimator = estimator or open_estimator(config.pose)
        self._monitor = GaitMonitor(view, camera_height_cm=camera_height_cm)
        self._filmed = filmed
        self.stances: list[Stance] = []
        self.frames = 0

    def __iter__(self) -> Generator[tuple[Pose, npt.NDArray[np.float64]], None, None]:
        if self._alone:
            for one in self._found(self.video):
                yield self._measured(one)
        else:
            yield from self._shared()
        self.stances.extend(self._monitor.finish())
        self.video.close()

    def _shared(self) -> Generator[tuple[Pose, npt.NDArray[np.float64]], None, None]:
        """Each frame, while a second thread finds the runner in those that follow."""
        with contextlib.closing(Crew(max(0, min(portable.cores() - 2, MOST_HELPERS)))) as crew:
            self._estimator.share_work(crew)
            with (
                contextlib.closing(crew.made_ahead(self.video)) as decoded,
                contextlib.closing(ahead(self._found(decoded), crew)) as found,
            ):
                for one in found:
                    decoded.make_one()
                    yield self._measured(one)

    def _found(self, pictures: Iterable[tuple[float, Picture]]) -> Generator[Found, None, None]:
        """Who is followed in each picture."""
        for number, (time_s, picture) in enumerate(pictures, start=1):
            shown = picture if self._filmed is None else self._filmed(time_s, picture)
            yield self._estimator.find(shown, Frame.of(shown, number, time_s))

    def _measured(self, found: Found) -> tuple[Pose, npt.NDArray[np.float64]]:
        """Pose and landmarks of a frame, once the gait core has them."""
        self.frames = found.frame.frame
        pose, landmarks = self._estimator.describe(found)
        self.stances.extend(self._monitor.push(pose, landmarks))
        put_right(self.stances, self._monitor.naming)
        return pose, landmarks

    def state_due(self) -> GaitState | None:
        """The gait core's state after the newest frame, if the live program would tell it too. Ask once a frame."""
        return self._monitor.state_due()

    def gait_state(self) -> GaitState:
        """Where the gait core is now."""
        return self._monitor.gait_state()


def analyze(
    analysis: Analysis,
    source: str,
    folder: Path,
    config: Config,
    progress: Progress | None = None,
    person: Person | None = None,
    recorded: Recorded | None = None,
    again_of: str | None = None,
    session_id: str | None = None,
) -> SessionRecord:
    """Analyse an opened video into the (new, empty) session folder. Raises RunformError where the disk does not take it.

    recorded: when the film was recorded; None: the session began now. again_of: see `KeptInfo.of_film`.
    session_id: of the session; None: a new one.
    """
    with SessionRecord(folder, source, config, "analyze", analysis.video.slowed) as record:
        if session_id is not None:
            record.about.update(id=session_id)
        record.about.played(analysis.frame_rate_given_hz, analysis.mirrored)
        record.about.of_person(person)
        if recorded is not None:
            record.about.of_film(recorded, again_of)
        info = analysis.video.info
        record.opened(info.height_px, info.width_px, info.frame_rate_hz)
        written = 0
        # Where the block is left by an error, the thread that decodes ends before the film is closed under it.
        with contextlib.closing(iter(analysis)) as seen:
            for pose, landmarks in seen:
                record.pose(pose.frame, pose.time_s, landmarks)
                for stance in analysis.stances[written:]:
                    record.stance(stance)
                written = len(analysis.stances)
                state = analysis.state_due()
                if state is not None:
                    record.gait(state)
                if progress is not None:
                    progress(pose.frame, pose.time_s, info.duration_s)
        for stance in analysis.stances[written:]:
            record.stance(stance)
        record.gait(analysis.gait_state())
        film = analysis.video.end()
        record.film_ended(film.flags, film.repaired)
        record.finish(film.text, analysis.frames)
    if record.trouble:
        raise RunformError(f"{folder}: {record.trouble}")
    return record
