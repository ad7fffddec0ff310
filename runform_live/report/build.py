"""report.html: one self-contained page about a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from runform_live import quantities
from runform_live.report import figures, pictures
from runform_live.session import schema
from runform_live.session.reader import Session, read
from runform_live.session.summary import SUMMARISED
from runform_live.session.writer import write_atomically

METRIC = pictures.METRIC


def _rows(session: Session) -> list[dict[str, Any]]:
    rows = []
    for metric in SUMMARISED:
        left, right = session.summary.sides["left"][metric], session.summary.sides["right"][metric]
        both = session.summary.symmetry[metric]
        quantity = quantities.QUANTITIES[metric]
        rows.append(
            {
                "name": quantity.name,
                "meaning": quantity.meaning,
                "left": quantities.with_interval(metric, left.mean, left.ci95_low, left.ci95_high),
                "left_n": left.n,
                "right": quantities.with_interval(metric, right.mean, right.ci95_low, right.ci95_high),
                "right_n": right.n,
                "difference": quantities.with_interval(metric, both.difference, both.ci95_low, both.ci95_high),
            }
        )
    return rows


def _target(session: Session) -> tuple[float | None, float | None]:
    return session.info.bands().get(METRIC, (None, None))


def render(session: Session) -> str:
    """The page as text; pictures, plots and style are in it."""
    info, summary = session.info, session.summary
    template = jinja2.Environment(autoescape=True).from_string(
        Path(__file__).with_name("template.html").read_text(encoding="utf-8")
    )
    last_s = max((stance.toe_off_s for stance in session.stances), default=0.0)
    views = {"posterior": "seen from behind", "anterior": "seen from in front"}
    known = bool(info.model.instrument_sd_deg)
    return template.render(
        started=info.started.replace("T", " ")[:16],
        duration=f"{int(last_s) // 60}:{int(last_s) % 60:02d} min",
        stance_count=len(session.stances),
        cadence=quantities.cadence(summary.cadence_spm),
        view=views.get(summary.view, "view not known"),
        calibrated="calibrated by standing" if summary.calibrated else "not calibrated",
        flags=[quantities.flag_words(flag) for flag in summary.flags],
        rows=_rows(session),
        interval_note=(
            "± is half of the 95% interval; it joins the spread from stride to stride with the instrument's own error."
            if known
            else "The instrument's own error is not known for this network, so no interval is given."
        ),
        over_time=figures.over_time(session.stances, METRIC, *_target(session)),
        sides=figures.sides(summary.sides),
        pictures=pictures.midstances(session),
        cues=[
            {"time": f"{event['time_s']:.0f} s", "text": event.get("text", ""), "reason": event.get("reason", "")}
            for event in session.events
            if event.get("kind") == "cue"
        ],
        method=(
            f"One camera, network {info.model.name} (sha256 {info.model.sha256[:12]}), {info.frames} frames. The pelvis "
            f"line is that of {quantities.PELVIS_LINES[info.model.pelvis_line]}. Angles are "
            "projections into the camera's picture. A mean needs at least 7 stances a side (Dingenen et al. 2018)."
        ),
        software=info.software,
    )


def build(folder: Path, out: Path | None = None) -> Path:
    """Write the report of a session folder; returns its place."""
    target = out or folder / schema.REPORT
    write_atomically(target, render(read(folder)).encode())
    return target
