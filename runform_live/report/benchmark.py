"""Speed of the report of a long run, which is made from a short one: landmarks, stances and film over and over again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import msgspec

from runform_live.config import Config
from runform_live.messages import GaitState, Stance
from runform_live.report import write
from runform_live.report.build import Format
from runform_live.session.info_file import write_info
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session, read
from runform_live.session.record import SessionRecord
from runform_live.session.schema import VideoPart

LONG_S = 1200.0
VIDEO = "video.mkv"


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report: how long it took from the session's folder to the written file, and how large that is."""

    spent_s: float
    size_bytes: int


def measure(folder: Path, out: Path, form: Format, settings: Config) -> WrittenReport:
    """Write the report of a session folder to `out`. Raises BadInput."""
    began_s = time.perf_counter()
    write.write(read(folder), out, form, settings)
    return WrittenReport(time.perf_counter() - began_s, out.stat().st_size)


def lengthened(short: Session, film: Path, folder: Path, settings: Config, length_s: float = LONG_S) -> Path:
    """A session of about length_s in an empty folder: `short`, and the film that it was measured from, over and over again."""
    times_s, landmarks = landmarks_of(short)
    period_s = film_length_s(film)
    rounds = max(1, round(length_s / period_s))
    info, summary = short.info, short.summary
    with SessionRecord(folder, "0", settings, "live") as record:
        record.opened(info.height_px or 0, info.width_px or 0, info.frame_rate_hz)
        state = GaitState(0.0, 0.0, "running", summary.view, summary.calibrated, 0.0, 0.0, summary.cadence_spm, ())
        record.gait(state)
        for number in range(rounds):
            shift_s = number * period_s
            for frame, (time_s, points) in enumerate(zip(times_s.tolist(), landmarks, strict=True), 1):
                record.pose(number * len(times_s) + frame, shift_s + time_s, points)
            for stance in short.stances:
                record.stance(later(stance, shift_s))
        record.finish("stopped")
    _play_again(film, folder / VIDEO, rounds, period_s)
    begun = read(folder).info
    part = VideoPart(VIDEO, 0.0, rounds * period_s, rounds * len(times_s))
    write_info(folder, msgspec.structs.replace(begun, videos=(part,), view=info.view, model=info.model))
    return folder


def later(stance: Stance, by_s: float) -> Stance:
    """The same stance at another time."""
    times = ("initial_contact_s", "midstance_s", "toe_off_s")
    return msgspec.structs.replace(stance, **{name: getattr(stance, name) + by_s for name in times})


def film_length_s(film: Path) -> float:
    """How long a film lasts."""
    with av.open(str(film)) as opened:
        return float((opened.duration or 0) / av.time_base)


def _play_again(film: Path, out: Path, rounds: int, period_s: float) -> None:
    """The film over and over again in one file; its pictures are not coded anew."""
    with av.open(str(out), "w") as target:
        stream = None
        for number in range(rounds):
            with av.open(str(film)) as source:
                played = source.streams.video[0]
                stream = stream or target.add_stream_from_template(played)
                shift = round(Fraction(number) * Fraction(period_s) / (played.time_base or Fraction(1)))
                for packet in source.demux(played):
                    if packet.dts is not None and packet.pts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                        target.mux(packet)
