"""`runform bench`: speed, as ratios against the networks alone."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from runform_live import config, safe_files
from runform_live.capture.source_name import is_file
from runform_live.capture.video import Video
from runform_live.cli import bench_window, missing, options, terminal
from runform_live.doctor.graphics import screen_trouble
from runform_live.errors import BadInput

if TYPE_CHECKING:
    from runform_live.runtime.benchmark import Machine
    from runform_live.runtime.figure import Figure
    from runform_live.runtime.live_benchmark import Live

HELP = "print speed: ratios against the networks alone, bus, latency, memory"
EXAMPLE = "runform bench --live"
SOAK_MIN = 0.1, 1440.0
INSTEAD_OF_WORDS = "-"


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--live",
        type=options.source,
        nargs="?",
        const="demo",
        metavar="VIDEO",
        help="also play a video (default: the demo) live, with a window where there is a screen",
    )
    verb.add_argument(
        "--sound",
        type=options.source,
        nargs="?",
        const="demo",
        metavar="VIDEO",
        help="measure only from frame to loudspeaker: a video (default: the demo) played live into a recorded null sink",
    )
    verb.add_argument(
        "--clinic",
        action="store_true",
        help="measure only the records: 1,000 clients with 10 sessions each, in a temporary folder",
    )
    verb.add_argument(
        "--report",
        action="store_true",
        help="measure only the report of a run of 20 minutes, made from the demo in a temporary folder",
    )
    verb.add_argument(
        "--start",
        action="store_true",
        help="measure only how long the command line takes to load, and a live run to show its first picture",
    )
    verb.add_argument(
        "--beside",
        metavar="PYTHON",
        help="also measure MediaPipe Pose on the same clip, with a Python that has it (pip install mediapipe==0.10.14)",
    )
    verb.add_argument(
        "--workers", action="store_true", help="also measure two videos at once against one (some minutes)"
    )
    verb.add_argument(
        "--json",
        type=options.new_file,
        nargs="?",
        const=INSTEAD_OF_WORDS,
        metavar="FILE",
        help="the figures for another program: into a file, or instead of words",
    )
    options.add_number(
        verb, "--soak", *SOAK_MIN, default=None, metavar="MINUTES",
        help_="measure only a long run: the demo (--live VIDEO: another one) live again and again, and what grows",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    settings = config.load(chosen.config)
    for name, measure in (("clinic", _clinic), ("report", _report), ("start", _start)):
        if getattr(chosen, name):
            if chosen.live or chosen.sound or chosen.soak or _wants_offline(chosen):
                raise BadInput(f"--{name} is measured alone; measure the others in calls of their own")
            measure(settings)
            return
    if (chosen.beside or chosen.workers) and (chosen.live or chosen.sound or chosen.soak):
        raise BadInput(
            "--beside and --workers are of the figures without a live run; measure --live, --sound and --soak in calls of their own"
        )
    if chosen.json and (chosen.sound or chosen.soak):
        raise BadInput("--json has no figures of --sound and --soak; measure those in calls of their own")
    missing.tell()
    for source in (chosen.live, chosen.sound):
        if source is not None and is_file(source):
            Video(source, threads=1).close()  # what cannot be read is said before the minutes of work
    if chosen.sound:
        if chosen.live or chosen.soak:
            raise BadInput("--sound opens a window of its own; measure it in a call without --live and --soak")
        _sound(settings, chosen.sound)
        return
    if chosen.soak:
        from runform_live.cli import soak_benchmark

        source = chosen.live or "demo"
        soak_benchmark.tell(soak_benchmark.measure(settings, 60.0 * chosen.soak, source), source)
        return
    # In a process of its own: the live run's memory shall be that of the program alone.
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        machine, figures = other.submit(_offline, settings, chosen.beside, chosen.workers).result()
    in_words = chosen.json != INSTEAD_OF_WORDS
    if in_words:
        terminal.say(
            f"{machine.processor} ({', '.join(machine.features)}), {machine.cores} cores, {machine.system}; "
            f"network {machine.network}, {machine.threads} threads"
        )
        terminal.say("median, lowest to highest of the rounds")
        for figure in figures:
            terminal.say(figure.line())
    if chosen.live:
        figures += _live(settings, chosen.live, in_words)
    if chosen.json is not None:
        _write(chosen.json, machine, figures)


def _wants_offline(chosen: argparse.Namespace) -> bool:
    """Whether more than usual is wished of the figures without a live run."""
    return bool(chosen.beside or chosen.workers or chosen.json)


def _offline(settings: config.Config, beside: str | None, workers: bool) -> tuple[Machine, list[Figure]]:
    from runform_live.runtime import benchmark  # networks and kernels: no other verb need load them

    return benchmark.measure(settings, beside, workers)


def _write(to: Path | str, machine: Machine, figures: list[Figure]) -> None:
    """The figures for another program, into a file or (INSTEAD_OF_WORDS) to where the words go."""
    from runform_live.runtime.benchmark import Report

    written = safe_files.as_json(Report(machine, tuple(figure.written() for figure in figures)))
    if isinstance(to, Path):
        safe_files.write_atomically(to, written)
    else:
        terminal.say(written.decode().rstrip())


def _start(settings: config.Config) -> None:
    from runform_live.cli import start_benchmark

    for figure in start_benchmark.measure(settings, picture=not screen_trouble()):
        terminal.say(figure.line())


def _clinic(settings: config.Config) -> None:
    from runform_live.clinic import benchmark

    found = benchmark.measure(settings, progress=terminal.rewrite)
    terminal.rewrite("")
    terminal.say(f"records, {found.sessions} sessions, {found.session_bytes / 1024:.0f} KiB read of each:")
    terminal.say(f"  folder scan          {found.scan_hz:8.0f} sessions/s (bar: at least 200)")
    terminal.say(f"  nothing changed      {found.rescan_hz:8.0f} sessions/s")
    for words, spent_s in found.questions_s.items():
        terminal.say(f"  {words:32s} {spent_s * 1000:6.0f} ms (bar: at most 300)")


def _report(settings: config.Config) -> None:
    from runform_live.capture.source_name import DEMO
    from runform_live.interface import analyse
    from runform_live.report import benchmark, write

    with TemporaryDirectory(prefix="runform-bench-") as place:
        terminal.rewrite("making a run of 20 minutes")
        short = analyse("demo", Path(place) / "short")
        folder = Path(place) / "long"
        folder.mkdir()
        benchmark.lengthened(short, DEMO, folder, settings)
        terminal.rewrite("")
        for form in write.FORMATS:
            made = benchmark.measure(folder, Path(place) / f"report.{form}", form, settings)
            bar = " (bar: at most 3)" if form == "pdf" else ""
            terminal.say(
                f"report, 20 minutes, {form:4s} {made.spent_s:6.1f} s (bar: at most 10) {made.size_bytes / 1e6:6.2f} MB{bar}"
            )


def _sound(settings: config.Config, source: str) -> None:
    import numpy as np

    from runform_live.runtime import audible

    with bench_window.opened(settings) as window:
        found_ms, stances = audible.measure(settings, window, source)
    terminal.say(
        f"sound, {'window' if window else 'no window (no screen)'}, recording, {source}: {len(found_ms)} tones of {stances} stances heard"
    )
    if found_ms:
        middle, high = (float(np.percentile(found_ms, share)) for share in (50, 95))
        terminal.say(
            f"  frame stamp to first audible sample {middle:.0f} ms median, {high:.0f} ms p95 (bar: p95 at most 150 at 30 frames/s, 120 at 60)"
        )


def _live(settings: config.Config, source: str, in_words: bool) -> list[Figure]:
    """Measure a live run, say what was found (in_words), and return it."""
    from runform_live.runtime import live_benchmark

    with bench_window.opened(settings) as window:
        found = live_benchmark.live_run(settings, window, source, terminal.rewrite if in_words else None)
    if in_words:
        _say_live(found, source)
    return live_benchmark.figures(found)


def _say_live(found: Live, source: str) -> None:
    window = found.window_hz is not None
    terminal.say(
        f"live, {'window' if window else 'no window (no screen)'}, recording, {source}, {found.seconds:.0f} s:"
    )
    terminal.say(
        f"  frames {found.frames}, recorded {found.recorded}, not taken {found.not_recorded}, skipped {found.skipped}, restarts {found.restarts}"
    )
    if found.window_hz is not None:
        terminal.say(f"  window {found.window_hz:.0f} pictures/s (bar: at least 30)")
    if found.stance_to_screen_ms is not None:
        middle, high = found.stance_to_screen_ms
        terminal.say(
            f"  frame stamp to stance on screen {middle:.0f} ms median, {high:.0f} ms p95 (bar: at most 100 p95)"
        )
    if found.most_mib is not None:
        terminal.say(
            f"  memory of all processes, shared pages once: at most {found.most_mib:.0f} MiB (bar: at most 600); "
            f"sum of resident sizes {found.resident_mib:.0f} MiB"
        )
