"""report.html: one self-contained page about a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from runform_live import quantities, texts
from runform_live.gait.body_size import IN_CM
from runform_live.report import changes, exercises, figures, intervals, pictures
from runform_live.session import outputs, schema
from runform_live.session.against import against_targets, in_words
from runform_live.session.reader import Session, read
from runform_live.session.summary import SUMMARISED, ran_s
from runform_live.texts import Texts

METRIC = pictures.METRIC


def _rows(session: Session, said: Texts) -> list[dict[str, Any]]:
    rows = []
    for metric in SUMMARISED:
        left, right = session.summary.sides["left"][metric], session.summary.sides["right"][metric]
        both = session.summary.symmetry[metric]
        rows.append(
            {
                "name": quantities.name(metric, said),
                "meaning": quantities.meaning(metric, said),
                "left": quantities.with_interval(metric, left.mean, left.ci95_low, left.ci95_high),
                "left_n": left.n,
                "right": quantities.with_interval(metric, right.mean, right.ci95_low, right.ci95_high),
                "right_n": right.n,
                "difference": quantities.with_interval(metric, both.difference, both.ci95_low, both.ci95_high),
            }
        )
    return rows + _rows_in_cm(session, said)


def _rows_in_cm(session: Session, said: Texts) -> list[dict[str, Any]]:
    """Quantities in centimetres; none where the runner's height is not known. Left minus right is told by the metrics above."""
    sides = session.summary.centimetres
    rows = []
    for name in IN_CM if sides else ():
        left, right = sides["left"][name], sides["right"][name]
        if left.mean is None and right.mean is None:
            continue
        rows.append(
            {
                "name": quantities.name(name, said),
                "meaning": quantities.meaning(name, said),
                "left": quantities.with_interval(name, left.mean, left.ci95_low, left.ci95_high),
                "left_n": left.n,
                "right": quantities.with_interval(name, right.mean, right.ci95_low, right.ci95_high),
                "right_n": right.n,
                "difference": "",
            }
        )
    return rows


def _head(session: Session, said: Texts) -> str:
    """One line on what was recorded."""
    info, summary = session.info, session.summary
    whole_s = int(ran_s(session.stances))
    return said(
        "report.head",
        started=info.began(),
        duration=f"{quantities.clock(whole_s)} min",
        count=len(session.stances),
        cadence=quantities.cadence(summary.cadence_spm),
        view=quantities.view_words(summary.view, said),
        level=said("status.calibrated" if summary.calibrated else "report.not_calibrated"),
    )


def _strength(session: Session, said: Texts) -> dict[str, Any] | None:
    """What is above its target and the exercises for it; None where nothing is that there are exercises for."""
    known = exercises.shipped()
    wanted = known.wanted_by(against_targets(session))
    if not wanted:
        return None
    return {
        "found": [f"{in_words(one, said)} ({said('report.sure' if one.sure else 'report.unsure')})" for one in wanted],
        "rows": [
            {part: said(f"exercise.{one.name}.{part}") for part in ("title", "how", "why")} | {"source": one.source}
            for one in known.exercise
        ],
    }


def render(session: Session, language: str = texts.FALLBACK) -> str:
    """The page as text; pictures, plots and style are in it. Nothing is written."""
    return _page(session, language, keep_pictures=False)[0]


def _page(session: Session, language: str, keep_pictures: bool) -> tuple[str, str]:
    """The page; and, in a line, why pictures are missing in it (empty: none is)."""
    info, summary = session.info, session.summary
    said = quantities.said_of(summary.flags, texts.load(language)[0])
    shown, missing = pictures.midstances(session, said, keep_pictures)
    template = jinja2.Environment(autoescape=True).from_string(
        Path(__file__).with_name("template.html").read_text(encoding="utf-8")
    )
    page = template.render(
        said=said,
        head=_head(session, said),
        flags=[quantities.flag_words(flag, said) for flag in summary.flags]
        + quantities.events_in_words(session.events, said),
        rows=_rows(session, said),
        interval_note=said("report.interval" if info.model.instrument_sd_deg else "report.no_interval"),
        changes=changes.section(session, said),
        over_time=figures.over_time(
            session.stances, METRIC, info.bands().get(METRIC, (None, None)), said, figures.happened_in(session)
        ),
        sides=intervals.sides(summary.sides, said),
        strength=_strength(session, said),
        pictures=shown,
        no_pictures=missing,
        cues=[
            {"time": f"{event['time_s']:.0f} s", "text": event.get("text", ""), "reason": event.get("reason", "")}
            for event in session.events
            if event.get("kind") == "cue"
        ],
        method=said(
            "report.method",
            network=info.model.name,
            sha=info.model.sha256[:12],
            frames=info.frames,
            line=said(f"line.{info.model.pelvis_line}"),
        ),
        software=info.software,
    )
    return page, missing


def build(session: Session | Path, out: Path | None = None, language: str = texts.FALLBACK) -> Path:
    """Write the report of a session (or of a session folder) in a language; returns its place. Raises BadInput where it cannot be put there.

    Where the report goes into the session's folder, its pictures are kept there too, so that a later one needs the film no more.
    """
    return written(session, out, language)[0]


def written(session: Session | Path, out: Path | None = None, language: str = texts.FALLBACK) -> tuple[Path, str]:
    """The same; also, in a line, why pictures are missing in it (empty: none is)."""
    if isinstance(session, Path):
        session = read(session)
    target = out or session.folder / schema.REPORT
    outputs.refuse(target)
    page, missing = _page(session, language, keep_pictures=target.parent.resolve() == session.folder.resolve())
    outputs.write(target, page.encode())
    return target, missing
