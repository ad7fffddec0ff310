"""What several verbs print: a session's summary, progress."""

from __future__ import annotations

import time

from runform_live import quantities, texts
from runform_live.cli import change_words, terminal
from runform_live.gait.body_size import IN_CM
from runform_live.gait.by_gait import of_gait
from runform_live.messages import SIDES
from runform_live.metrics import MAIN_METRIC, OF_GAIT
from runform_live.session.figures import Summary
from runform_live.session.reader import Session
from runform_live.texts import Texts

PROGRESS_S = 0.5
WALKED = "Walking"  # above the figures of what was walked in a session of running
SHOWN_NAME = 40  # characters of a film's name beside its progress


def head(session: Session, said: Texts) -> str:
    """What was recorded, in a line."""
    found = session.summary
    said = quantities.said_of(found.flags, said)
    walked = of_gait(session.stances, "walk") if found.walking is not None else []
    of_walking = f" and {len(walked)} of walking" if walked else ""
    return (
        f"{len(session.stances) - len(walked)} stances{of_walking}, cadence {quantities.cadence(found.cadence_spm)}, "
        f"{quantities.view_words(found.view, said)}, {'calibrated' if found.calibrated else 'not calibrated'}"
    )


def warn_of_running(session: Session) -> None:
    """Say of a session that goes on that its figures are those up to now."""
    if session.running:
        terminal.warn(f"{session.folder.name} is still running; this is what there is of it so far")


def summary(session: Session) -> str:
    """The figures of a session as text, under a line about what was recorded."""
    said, _ = texts.load(texts.FALLBACK)
    model = session.info.model
    line = f"{head(session, said)}, network {model.name}, pelvis line of {said(f'line.{model.pelvis_line}')}"
    notes = [f"  {note}" for note in quantities.events_in_words(session.events, said)]
    return "\n".join([line, figures(session.summary), *notes])


def figures(found: Summary) -> str:
    """The figures of a summary as text: those of its main gait, then those of what was walked beside a run."""
    said = quantities.said_of(found.flags, texts.load(texts.FALLBACK)[0])
    lines = [*table(found), *_first_to_last(found, said)]
    if found.walking is not None:
        lines += [f"{WALKED}, cadence {quantities.cadence(found.walking.cadence_spm)}", *table(found.walking)]
    lines += [f"! {flag_words(flag, said)}" for flag in found.flags]
    return "\n".join(lines)


def table(found: Summary) -> list[str]:
    """Means of both sides and left minus right, a line each."""
    said = quantities.said_of(found.flags, texts.load(texts.FALLBACK)[0])
    sides = said("report.left").lower(), said("report.right").lower()
    lines = [f"{'':30s}{sides[0]:>16s}{sides[1]:>16s}{'left - right':>18s}"]
    for metric in OF_GAIT[found.gait]:
        left, right, both = found.sides["left"][metric], found.sides["right"][metric], found.symmetry[metric]
        cells = [
            quantities.with_interval(metric, left.mean, left.ci95_low, left.ci95_high),
            quantities.with_interval(metric, right.mean, right.ci95_low, right.ci95_high),
            quantities.with_interval(metric, both.difference, both.ci95_low, both.ci95_high),
        ]
        lines.append(f"{quantities.name(metric, said):30s}{cells[0]:>16s}{cells[1]:>16s}{cells[2]:>18s}")
    for name in IN_CM if found.centimetres else ():
        sides_cm = [found.centimetres[side][name] for side in SIDES]
        cells = [quantities.with_interval(name, one.mean, one.ci95_low, one.ci95_high) for one in sides_cm]
        lines.append(f"{quantities.name(name, said):30s}{cells[0]:>16s}{cells[1]:>16s}")
    return lines


def flag_words(flag: str, said: Texts) -> str:
    """What a flag says to somebody at a terminal; windows and reports have words for the mouse."""
    return said(f"flag_terminal.{flag}") if said.has(f"flag_terminal.{flag}") else quantities.flag_words(flag, said)


def _first_to_last(found: Summary, said: Texts) -> list[str]:
    """The change of the pelvic drop from the first to the last part of the run.

    Nothing where the run is too short, or where the drops cannot be compared and no event says why: stances of earlier versions do not
    know what the level line took from them.
    """
    ends = [one for one in found.changes if one.now.name == "last"]
    if not ends or not (ends[0].reasons or any(ends[0].sides[side][MAIN_METRIC].change is not None for side in SIDES)):
        return []
    sides = ", ".join(
        f"{said(f'report.{side}').lower()} {change_words.with_verdict(MAIN_METRIC, ends[0].sides[side][MAIN_METRIC])}"
        for side in SIDES
    )
    line = f"{quantities.name(MAIN_METRIC, said)}, {change_words.compared(ends[0])}: {sides}"
    return [line, *(f"! {change_words.REASONS[reason]}" for reason in ends[0].reasons)]


class Progress:
    """A line that is rewritten on a terminal, and left out elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next_s = self._began_s = time.monotonic()
        self._shown = False

    def __call__(self, frames: int, time_s: float, duration_s: float | None) -> None:
        now = time.monotonic()
        if now < self._next_s or not terminal.is_watched():
            return
        self._next_s = now + PROGRESS_S
        share = f"{min(100.0, 100.0 * time_s / duration_s):3.0f}%" if duration_s else f"{time_s:.0f} s"
        terminal.rewrite(f"{self._name[:SHOWN_NAME]}: {share}, {frames / (now - self._began_s):.0f} frames/s")
        self._shown = True

    def done(self) -> None:
        if self._shown:
            terminal.rewrite("")
