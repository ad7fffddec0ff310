"""A live run from the command line: what is checked before it, and what is said and written after it."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runform_live import config, file_names
from runform_live.capture.source_name import is_file, is_remote
from runform_live.cli import missing, options, sealing, terminal, typed, whose
from runform_live.cli.run_lines import RunLines
from runform_live.doctor.graphics import need_screen
from runform_live.encryption import keys
from runform_live.errors import BadInput, RunformError
from runform_live.lsl import library
from runform_live.messages import Person
from runform_live.runtime import live
from runform_live.runtime.prepared import Prepared
from runform_live.runtime.stage import StageSetup
from runform_live.session import lock
from runform_live.session.new_folder import new_folder, refuse_parent

if TYPE_CHECKING:
    from runform_live.dashboard.window import Window
    from runform_live.session.reader import Session

LATE_S = 3.0  # who asked for the end and has waited for so long does not wait for a report as well
FILE_END_S = 10.0  # that the last screen stays after a file, which nobody may be watching


def measure(chosen: argparse.Namespace, prepared: Prepared) -> None:
    """Run as the command line says; prepared: the processes of the stages, which begin to load."""
    settings = options.settings_of(chosen).with_camera_height(chosen.camera_height).with_lsl(chosen.lsl)
    if settings.export.lsl != "off":
        library.load()
    person = whose.person_of(chosen.client)
    of_programme = None
    if chosen.programme is not None:
        from runform_live.cli import planned  # it reads sessions

        of_programme = planned.planned_of(chosen.programme, chosen.client)
    windowed = not chosen.no_window
    source: str | None = chosen.source or (None if windowed else "0")
    if source is not None:
        _check(source, chosen.frame_rate)
    clinician = windowed and settings.screen.clinician if chosen.clinician is None else chosen.clinician
    if windowed or clinician:
        without = "add --no-window" if windowed else "leave out --clinician"
        need_screen(f"{without}, or start it under a virtual screen: xvfb-run runform live ...")
    sessions = chosen.record or config.sessions_folder(settings)
    refuse_parent(sessions)
    record_video = chosen.record is not None or settings.record.video
    windows: list[Window] = []  # the one, once it is open

    def opened() -> Window:
        if not windows:
            windows.append(_window(settings, record_video, sessions, clinician, person))
        return windows[0]

    plain = contextlib.ExitStack()  # what keeps the session from being sealed while it is read
    try:
        mirrored = chosen.mirrored
        if source is None:
            opened().mirrored = mirrored
            source, mirrored = _chosen_in(opened(), chosen.frame_rate), opened().mirrored
            if source is None:
                return
        folder = new_folder(sessions)
        if keys.is_on():
            plain.enter_context(lock.reported(folder))
        missing.tell()
        setup = live.setup_for(
            source,
            settings,
            folder,
            options.view_of(chosen),
            record_video,
            frame_rate_hz=chosen.frame_rate,
            loop=chosen.loop,
            mirrored=mirrored,
            person=person,
            prescribed=None if of_programme is None else of_programme.prescribed,
            planned=None if of_programme is None else of_programme.next.session,
            pain_before=chosen.pain,
        )
        if of_programme is not None:
            planned.tell_before(of_programme, chosen.pain)
        with whose.linked(person, folder):
            measured = _measured(setup, opened if windowed else None, clinician and not windowed, prepared)
        if of_programme is not None:
            planned.tell_after(of_programme, folder)
        if measured is not None and windows and not windows[0].closed:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C closes the last screen too
                windows[0].end(*measured, FILE_END_S if is_file(source) else None)
    finally:
        for window in windows:
            window.close()
        plain.close()
        sealing.seal_waiting(sessions)


def _measured(
    setup: StageSetup, opens: Callable[[], Window] | None, clinician: bool, prepared: Prepared
) -> tuple[Session, Path] | None:
    """Run until the end, and say how it went. The session and its report; None where no last screen is to show them.

    opens: gives the window, which is made while the stages begin; None: there is none. clinician: open the clinician's window, though
    there is no other.
    """
    folder = Path(setup.folder)
    # The run listens to Ctrl-C itself. One that comes later must not break off what is still to be told and written.
    with live.EndSignals() as later:
        try:
            outcome = live.run(
                setup,
                show=RunLines(terminal.say, typed),
                ending=_load_report,
                clinician=clinician,
                prepared=prepared,
                opens=opens,
            )
        except Exception:  # a window that cannot be made, among others
            _remove_if_empty(folder)
            raise
        if not outcome.begun:
            _remove_if_empty(folder)
            if outcome.trouble:
                raise RunformError(outcome.trouble)
            terminal.say("ended before anything was measured")
            return None
        session = _told(outcome)
        if session is None:
            return None
        if outcome.asked + later.asked > 1 or (outcome.asked and outcome.took_s > LATE_S):
            terminal.say(f"report: runform report {file_names.shown(folder)} makes it")
            return None
        page = _report(folder, setup.config)
    return None if page is None or outcome.asked + later.asked else (session, page)


def _remove_if_empty(folder: Path) -> None:
    from runform_live.session.unused import remove_if_empty  # it reads sessions

    remove_if_empty(folder)


def _told(outcome: live.Outcome) -> Session | None:
    """Say how the run ended and what was measured; None where no session could be kept."""
    from runform_live.cli import printing  # what reads a session again is loaded after the run
    from runform_live.session.figures import Summary
    from runform_live.session.reader import read

    session = None
    try:
        session = read(outcome.folder)
        terminal.say(printing.summary(session))
    except (RunformError, OSError) as trouble:
        if outcome.summary:
            terminal.say(printing.figures(msgspec.json.decode(outcome.summary, type=Summary)))
        terminal.warn(f"the session could not be kept: {trouble}")
    if outcome.trouble:
        terminal.warn(outcome.trouble)
    if outcome.restarted:
        terminal.say(f"stages restarted: {len(outcome.restarted)} ({', '.join(outcome.restarted)}; see events.jsonl)")
    if session is not None:
        terminal.say(f"session: {file_names.shown(outcome.folder)}")
    return session


def _load_report() -> None:
    """Load what draws the report (plots) while the stages close the session: a live run need not carry it."""
    threading.Thread(target=importlib.import_module, args=("runform_live.report.build",), daemon=True).start()


def _report(folder: Path, settings: config.Config) -> Path | None:
    """The personal report; None, and a line that says why, where it cannot be written."""
    from runform_live.report import build as report
    from runform_live.report import letterhead

    head, trouble = letterhead.read_or_without(settings.report)
    if trouble:
        terminal.warn(trouble)
    try:
        return report.build(folder, language=settings.screen.language, letterhead=head)
    except (RunformError, OSError) as trouble:
        terminal.warn(f"the report could not be written ({trouble}); runform report {folder} makes it again")
        return None


def _check(source: str, frame_rate_hz: float | None) -> None:
    """What cannot be read is said before anything starts."""
    if is_file(source):
        from runform_live.capture.video import Video  # a camera needs no decoder here

        Video(source, threads=1, frame_rate_hz=frame_rate_hz).close()
        return
    if is_remote(source):
        from runform_live.runtime import remote_link

        remote_link.check(source)
    if frame_rate_hz is not None:
        raise BadInput("--frame-rate is for films; what a camera is asked for stands in the settings under [capture]")


def _window(
    settings: config.Config, record_video: bool, sessions: Path, clinician: bool, person: Person | None
) -> Window:
    from runform_live.dashboard.window import Window  # a machine without a screen need not load it

    return Window(settings, record_video, earlier_in=sessions, clinician=clinician, person=person)


def _chosen_in(window: Window, frame_rate_hz: float | None) -> str | None:
    """The source that a person chooses; None where they close the window instead."""
    from runform_live.capture.previews import Previews

    previews = Previews()
    try:
        source = window.choose(previews)
    finally:
        previews.close()  # a camera serves one program at a time
    if source is not None:
        _check(source, frame_rate_hz)
    return source
