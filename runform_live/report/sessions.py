"""One self-contained page about several sessions: two that are compared, or a client's progress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from runform_live import quantities, texts
from runform_live.messages import SIDES
from runform_live.metrics import MAIN_METRIC, SHOWN_ANGLES
from runform_live.progress import overview, words
from runform_live.progress.overview import Row
from runform_live.progress.series import Progress
from runform_live.report import html, session_plots
from runform_live.texts import Texts


def render(found: Progress, language: str = texts.FALLBACK, metric: str = MAIN_METRIC) -> str:
    """The page as text; plots and style are in it. Nothing is written.

    metric: whose sentence stands on top, and whose sessions are told one by one.
    """
    said, _ = texts.load(language)
    two = len(found.points) == 2
    tables = _tables(found, said)
    template = jinja2.Environment(autoescape=True).from_string(
        Path(__file__).with_name("sessions.html").read_text(encoding="utf-8")
    )
    return template.render(
        said=said,
        sheet=html.style_sheet(),
        title=said("progress.compared_title" if two else "progress.title"),
        head=_head(found, said),
        name=quantities.name(metric, said),
        sentence=words.sentence(found.series[metric], found.points, said),
        target=words.target(metric, found.series[metric].target, said),
        adherence=words.adherence(found, said),
        has_programme=any(one.info.programme for one in found.points),
        has_pain=any(words.pain(one, said) for one in found.points),
        warnings=_warnings(found, said),
        tables=[{"title": title, "rows": [_row(one, of, said) for one in rows]} for title, of, rows in tables],
        forest=session_plots.changes(tables[0][2], said) if two else "",
        plots=[]
        if two
        else [session_plots.over_sessions(found, one, said) for one in SHOWN_ANGLES if one in found.series],
        sessions=[_session(found, place, metric, said) for place in range(len(found.points))],
        notes=words.notes(found, said),
        software=found.points[-1].info.software if found.points else "",
    )


def _head(found: Progress, said: Texts) -> str:
    people = dict.fromkeys(one.info.person for one in found.points if one.info.person)
    return " · ".join([*people, words.seen(found.points, said)])


def _tables(found: Progress, said: Texts) -> list[tuple[str, Progress, list[Row]]]:
    """Title, and rows of which sessions: each session beside the first where few were named, else the newest beside the baseline."""
    walking = found.walking
    if len(found.points) == 2:
        tables = [(said("progress.change"), found, overview.between(found, 1))]
        walked = overview.walking_between(found, 1)
    else:
        tables = [(said("progress.to_newest"), found, overview.to_newest(found))]
        walked = [] if walking is None else overview.to_newest(walking)
    return [*tables, (said("progress.walking"), walking, walked)] if walking is not None and walked else tables


def _row(one: Row, found: Progress, said: Texts) -> dict[str, Any]:
    metric, change = one.metric, one.change
    return {
        "name": quantities.name(metric, said) if one.column in ("left", "both") else "",
        "meaning": quantities.meaning(metric, said),
        "column": words.column_name(one.column, said),
        "before": quantities.with_interval(metric, one.before.value, one.before.low, one.before.high, said=said),
        "after": quantities.with_interval(metric, one.after.value, one.after.low, one.after.high, said=said),
        "change": quantities.signed(metric, None if change is None else change.change, said=said),
        "detectable": quantities.size(metric, None if change is None else change.needed, said=said),
        "call": "" if change is None else words.call(change, said),
        "sure": change is not None and change.call == "changed",
        "since": f"{found.points[one.baseline].moment:%Y-%m-%d}",
    }


def _session(found: Progress, place: int, metric: str, said: Texts) -> dict[str, Any]:
    """A session as a row: means of both sides, their changes against the baseline, and what changed within it."""
    point, one = found.points[place], found.series[metric]
    cells = []
    for column in SIDES if "left" in one.columns else tuple(one.columns):
        value = one.columns[column][place]
        since = said("progress.baseline") if place == one.baseline else words.change(metric, value.change, said)
        cells.append((words.mean(one, place, column, said), since, words.within(metric, value.within, said)))
    return {
        "number": place + 1,
        "began": point.info.began(),
        "cells": [cell for row in cells for cell in row],
        "programme": words.of_programme(found, place, said),
        "pain": words.pain(point, said),
        "cadence": quantities.cadence(point.summary.cadence_spm),
    }


def _warnings(found: Progress, said: Texts) -> list[str]:
    """Why a session cannot be compared, and what is wrong with a recording."""
    lines = []
    for place, point in enumerate(found.points):
        reasons = [
            *words.why_not(found, place, said),
            *(quantities.flag_words(one, said) for one in point.summary.flags),
        ]
        lines += [f"{point.info.began()}: {reason}" for reason in reasons]
    return lines
