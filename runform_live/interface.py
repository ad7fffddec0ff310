"""The Python interface: what `import runform_live` gives to people who analyse, read and export sessions in programs of their own.

Nothing here measures by itself. Each function calls what the command line calls, so both give the same numbers. Whatever takes long to load
(networks, kernels, plots, decoders) is loaded by the first call that needs it.

Times are seconds from the first frame of the session, angles are degrees, points are pixels (x right, y down). "Left" and "right" are the
runner's own. The unit of a column stands at the end of its name. Unknown is null or None, never 0.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from runform_live.errors import BadInput, RunformError

if TYPE_CHECKING:
    import pyarrow as pa

    from runform_live.batch.film import Step
    from runform_live.batch.plan import Named, Options
    from runform_live.config import Config
    from runform_live.messages import Picture
    from runform_live.report.build import Format
    from runform_live.session.figures import Summary
    from runform_live.session.reader import Session

PathLike = str | os.PathLike[str]
View = Literal["auto", "posterior", "anterior"]
Progress = Callable[[int, float, float | None], object]
HEIGHT_M = 0.5, 2.5


def analyse(
    video: PathLike,
    out: PathLike | None = None,
    *,
    view: View = "auto",
    frame_rate_hz: float | None = None,
    slowed: float = 1.0,
    mirrored: bool = False,
    markers: bool = False,
    camera_height_cm: float | None = None,
    person: str | None = None,
    language: str | None = None,
    settings: PathLike | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> Session:
    """Measure a film, as `runform analyze` does: the same figures, and the same session folder with its report.

    A film that was measured into `out` before, in the same way, is not measured again: its session is read.

    Args:
        video: the film; an address of one; or "demo", the clip that ships (13 s).
        out: the folder in which the session's folder is made. None: that of the settings.
        view: from where the runner is filmed; "auto" finds it.
        frame_rate_hz: pictures per second at which the film plays (1 to 1000). Only for a film without a clock, or with a wrong one.
        slowed: how many times slower than life the film plays (1 to 40).
        mirrored: the film is mirrored, as front cameras store it.
        markers: two stickers over the PSIS give the pelvis line.
        camera_height_cm: height of the lens above the belt (0 to 300), where you know it.
        person: pseudonym of the client who runs; they must be in the records of this computer.
        language: of the report, such as "en" or "de". None: that of the settings.
        settings: a settings file. None: your own, where there is one, as for the command.
        again: measure also what was measured before; the earlier session stays.
        progress: called after each frame with the number of frames so far, the time of the last one (s), and the duration of the film (s;
            None where it is not known).

    Returns:
        The session, as `read` gives it.

    Raises:
        BadInput: what was given cannot be used: no film, a folder, a value out of its range, a place that cannot be written.
        RunformError: the film cannot be decoded, or the disk is full. BadInput is one of these.

    Example:
        >>> session = runform_live.analyse("run.mp4", "sessions")
    """
    from runform_live import config
    from runform_live.batch import film, plan
    from runform_live.clinic import linking
    from runform_live.session.new_folder import refuse_parent
    from runform_live.troubles import in_a_line

    chosen = _in_language(config.load(None if settings is None else _given(settings)).with_markers(markers), language)
    parent = config.sessions_folder(chosen) if out is None else _given(out)
    refuse_parent(parent)
    options, named = _options(view, slowed, frame_rate_hz, mirrored, camera_height_cm), _film(video)
    jobs = plan.plan([named], parent, chosen, options, linking.person_of(person), redo="again" if again else "")
    try:
        return read(film.measure_once(jobs[0], parent, chosen, options, _teller(progress)))
    except (OSError, MemoryError) as trouble:
        raise RunformError(in_a_line(trouble, jobs[0].name)) from trouble


def read(folder: PathLike) -> Session:
    """Read the session in a folder, of `runform live` or of `runform analyze`.

    Args:
        folder: the session's own folder: the one with session.json in it.

    Returns:
        The session: `info` (session.json), `stances`, `events`, `summary`, `folder`. Times are seconds from the
        first frame, angles degrees. One that still runs is read as far as it is.

    Raises:
        BadInput: there is no session, or one of its files is damaged; the line says which, and what to do.

    Example:
        >>> session = runform_live.read("sessions/run")
    """
    from runform_live.session import reader

    return reader.read(_given(folder))


def stances(session: Session) -> pa.Table:
    """All stances as a table: one row a stance, in the order of time.

    Args:
        session: as `read` and `analyse` give it.

    Returns:
        A pyarrow.Table with the columns of stances.csv. `side` is a dictionary of "left" and "right". Columns in `_s` are seconds, in `_deg`
        degrees, in `_hip` widths of the hips, in `_trunk` lengths of the trunk; `quality` is from 0 to 1. Unknown is null. The metadata of a
        column hold its unit and what it is; those of the table hold the session's id, view, network and flags.

    Raises:
        Nothing, for a session that was read.

    Example:
        >>> frame = runform_live.stances(session).to_pandas()
    """
    from runform_live.session import arrow

    return arrow.stances(session)


def poses(session: Session) -> pa.Table:
    """The landmarks of all frames as a table: one row a frame, in the order of time.

    Args:
        session: as `read` and `analyse` give it.

    Returns:
        A pyarrow.Table with `frame` (from 1), `time_s` (s), and for each of the 19 landmarks `x_px`, `y_px` and `sigma_px` (pixels of the
        film), as `left_hip_x_px`. `sigma_px` is one standard deviation, as the network sees it. Unknown is null.

    Raises:
        BadInput: poses.parquet is missing or damaged.

    Example:
        >>> runform_live.poses(session).select(["time_s", "left_hip_y_px"])
    """
    from runform_live.session import arrow

    return arrow.poses(session)


def summary(session: Session) -> Summary:
    """The figures of a session, as in summary.json.

    Args:
        session: as `read` and `analyse` give it.

    Returns:
        `sides["left"]["pelvic_drop_mid_deg"]` and the like hold `n`, `mean`, `sd`, `ci95_low` and `ci95_high` in the unit of the metric;
        `symmetry[metric]` is left minus right; `changes` is what changed within the session; then `cadence_spm` (steps per minute), `view`,
        `calibrated`, `quality` (0 to 1) and `flags`. Unknown is None.

    Raises:
        Nothing, for a session that was read.

    Example:
        >>> runform_live.summary(session).sides["left"]["pelvic_drop_mid_deg"].mean
    """
    return session.summary


def changes(before: Session, after: Session, *, same_setup: bool = False) -> pa.Table:
    """What changed from one session to another, as `runform compare` tells it.

    Args:
        before, after: sessions of one person, as `read` and `analyse` give them.
        same_setup: clothes, camera, its place and the light were the same. Then smaller changes can be told from error.

    Returns:
        A pyarrow.Table with a row for each `metric` and `side` ("left", "right", "difference" for left minus right, "both" for the cadence).
        `before`, `after`, `change`, `ci95_low`, `ci95_high` and `detectable` are in the unit at the end of the metric's name. `detectable` is
        the minimal detectable change (95%). `call` is "changed" beyond it, "not_sure" within it, and "cannot" where that cannot be told;
        `reasons` then says why (docs/python.md lists them). `n_before` and `n_after` count stances. `gait` is "run" or "walk":
        where somebody walked and ran in both sessions, rows of walking follow those of running. Unknown is null.

    Raises:
        BadInput: both are the same session.

    Example:
        >>> runform_live.changes(before, after).filter(pc.field("call") == "changed")
    """
    from runform_live.progress import table
    from runform_live.progress.point import of_session
    from runform_live.progress.series import comparison
    from runform_live.session.reader import refuse_same

    refuse_same(before, after)
    return table.of_two(comparison([of_session(before), of_session(after)], same_setup=same_setup))


def draw(session: Session, time_s: float) -> Picture:
    """The picture of a session at a time, with the skeleton and the pelvis line drawn into it.

    Args:
        session: as `read` and `analyse` give it. Its film must still be there, or its own recording.
        time_s: seconds from the first frame; the nearest frame within 0.05 s is drawn.

    Returns:
        The pixels, (height, width, 3) of uint8 in the order blue, green, red. `picture[..., ::-1]` is red, green, blue. Blue lines are the
        runner's left, orange ones the right. Landmarks that are unknown in this frame are not drawn.

    Raises:
        BadInput: there is no frame at that time, the film is gone or is another one, or poses.parquet is damaged.

    Example:
        >>> picture = runform_live.draw(session, session.stances[0].midstance_s)
    """
    from runform_live.session.skeleton_picture import picture_with_skeleton

    return picture_with_skeleton(session, time_s)


def write_export(
    session: Session,
    out: PathLike,
    to: str | None = None,
    *,
    from_s: float = -math.inf,
    until_s: float = math.inf,
    height_m: float | None = None,
    private: bool = False,
) -> Path:
    """Write a session for another tool, as `runform export` does.

    Args:
        session: as `read` and `analyse` give it.
        out: the file. One that is there is replaced; the files of a session never are.
        to: the format: "csv", "parquet", "json", "c3d", "trc", "mot" or "video". None: by the ending of `out`.
        from_s, until_s: the piece of the session (s), for formats that hold frames.
        height_m: body height without shoes (m), for "trc", where the session does not know it.
        private: with what tells who the runner is, for "json".

    Returns:
        The place of the file. What it holds, in which units, is said in docs/exports.md.

    Raises:
        BadInput: the format is not known or cannot hold what was asked for, the file cannot be written, the session lacks what the format
            needs, or a package that the format needs is not installed.

    Example:
        >>> runform_live.write_export(session, "run.csv")
    """
    from runform_live.export import formats
    from runform_live.export.wish import Wish

    place = _given(out)
    if not from_s < until_s:
        raise BadInput(f"until_s ({until_s:g}) must be later than from_s ({from_s:g})")
    if height_m is not None:
        _refuse_outside("height_m", height_m, HEIGHT_M)
    formats.write(session, place, to, Wish(from_s, until_s, height_m, private, warnings.warn))
    return place


def write_report(
    session: Session,
    out: PathLike | None = None,
    to: str | None = None,
    *,
    before: Session | None = None,
    same_setup: bool = False,
    language: str | None = None,
    settings: PathLike | None = None,
) -> Path:
    """Write the report about a session, as `runform report` does; or about two, before and after.

    Args:
        session: as `read` and `analyse` give it.
        out: the file. None: report.html or report.pdf in the session's folder; of two sessions, before-after.html or .pdf in the working folder.
        to: the format: "html" or "pdf". None: by the ending of `out`, else "html".
        before: an earlier session of the same runner.
        same_setup: as in `changes`.
        language: such as "en" or "de". None: that of the settings.
        settings: a settings file; its [report] names the clinic, its logo, and who is named. None: your own, where there is one.

    Returns:
        The place of the file. Angles in it are degrees, times seconds, and each mean has its 95% interval.

    Raises:
        BadInput: a session has no stance, both are the same, the format or the language is not known, the file cannot be written, or a
            package that the format needs is not installed.

    Example:
        >>> runform_live.write_report(session, "run.html", language="de")
    """
    from runform_live import config
    from runform_live.report import write

    file = None if settings is None else _given(settings)
    place = None if out is None else _given(out)
    form = _report_format(place, to)
    chosen = _in_language(config.load(file), language)
    return write.write(session, place, form, chosen, before=before, same_setup=same_setup, settings_file=file)[0]


# -- what was given -----------------------------------------------------------------------------------------------


def _given(place: PathLike) -> Path:
    """A path as a person gives it; of a text, "~" is expanded."""
    from runform_live import file_names

    return file_names.path_given(place) if isinstance(place, str) else Path(place)


def _report_format(out: Path | None, to: str | None) -> Format:
    """The format that is meant: the one that was named, else the one of the file's ending."""
    from runform_live.report.write import FORMATS

    name = to or ("html" if out is None else out.suffix[1:].lower())
    for known in FORMATS:
        if name == known:
            return known
    there_are = f"a report is written as {', '.join(FORMATS)}"
    raise BadInput(f"there is no format {name!r}; {there_are}" if name else f"{out} has no ending; {there_are}")


def _film(video: PathLike) -> Named:
    from runform_live import doors
    from runform_live.batch.plan import Named
    from runform_live.capture.source_name import file_source, film_source, is_file

    source = film_source(video) if isinstance(video, str) else file_source(os.fspath(video))
    if is_file(source) and doors.is_folder(Path(source)):
        raise BadInput(f"{source} is a folder; give one film, or call `runform analyze` for all that are in it")
    return Named(source, source)


def _options(
    view: View, slowed: float, frame_rate_hz: float | None, mirrored: bool, camera_height_cm: float | None
) -> Options:
    from runform_live.batch.plan import Options
    from runform_live.capture.settings import CAMERA_HEIGHT_CM, FRAME_RATE_HZ, SLOWED

    if view not in get_args(View):
        raise BadInput(f"view is {view!r}; it must be one of {', '.join(get_args(View))}")
    _refuse_outside("slowed", slowed, SLOWED)
    if frame_rate_hz is not None:
        _refuse_outside("frame_rate_hz", frame_rate_hz, FRAME_RATE_HZ)
    if camera_height_cm is not None:
        _refuse_outside("camera_height_cm", camera_height_cm, CAMERA_HEIGHT_CM)
    return Options("unknown" if view == "auto" else view, slowed, frame_rate_hz, mirrored, camera_height_cm)


def _refuse_outside(name: str, value: float, ends: tuple[float, float]) -> None:
    if not ends[0] <= value <= ends[1]:
        raise BadInput(f"{name} is {value}; it must be between {ends[0]:g} and {ends[1]:g}")


def _in_language(settings: Config, language: str | None) -> Config:
    """The settings with another language of the report."""
    import msgspec

    from runform_live import texts

    if language is None:
        return settings
    known = texts.languages()
    if language not in known:
        raise BadInput(f"there is no language {language!r}; known are {', '.join(known)}")
    return msgspec.structs.replace(settings, screen=msgspec.structs.replace(settings.screen, language=language))


def _teller(progress: Progress | None) -> Callable[[Step], None]:
    """What is told of an analysis, as calls of `progress` and as Python's warnings."""
    from runform_live.batch.film import FilmProgress, Warned

    def tell(step: Step) -> None:
        if isinstance(step, Warned):
            warnings.warn(step.line, stacklevel=2)
        elif isinstance(step, FilmProgress) and progress is not None:
            progress(step.frames, step.time_s, step.duration_s)

    return tell
