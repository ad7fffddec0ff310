"""`runform progress P`: what changed over a client's sessions, and what cannot be told."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from runform_live import file_names, metrics, quantities, texts
from runform_live.cli import options, progress_files, terminal
from runform_live.errors import BadInput
from runform_live.metrics import MAIN_METRIC
from runform_live.progress import overview, words
from runform_live.progress.change import BOTH, DIFFERENCE, MEASURES
from runform_live.progress.point import Point
from runform_live.progress.series import Progress, Series, progress
from runform_live.texts import Texts

HELP = "tell what changed over a client's sessions, and what cannot be told from error"
EXAMPLE = "runform progress P07 --metric hip_adduction"
SHORT = {one.short_name: one.name for one in metrics.ALL if not one.peak} | {"cadence": "cadence_spm"}
LEGEND = "Change: against the baseline. Within: from the first to the last part of the session. * a change for sure; the others are not told from error."


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("client", metavar="P", help="the client's pseudonym")
    verb.add_argument(
        "--metric",
        choices=(*SHORT, *(one for one in MEASURES if one not in SHORT.values())),
        metavar="M",
        help=f"one metric alone, session by session: {', '.join(SHORT)}",
    )
    verb.add_argument(
        "--baseline",
        metavar="SESSION",
        help="the session that the others are compared with: its folder's name, its number in the list, or its day (YYYY-MM-DD); "
        "default: the first that was measured as the newest one",
    )
    verb.add_argument(
        "--same-setup",
        action="store_true",
        help="same clothes, camera, place and light in all of them: smaller changes can then be told",
    )
    verb.add_argument("--json", action="store_true", help="print the figures for other programs instead")
    verb.add_argument("--html", type=options.new_file, metavar="FILE", help=progress_files.PAGE)


def run(chosen: argparse.Namespace) -> None:
    from runform_live.clinic import clients, points  # the database takes a while to load
    from runform_live.clinic.database import Database

    with Database() as database:
        with database.reading() as session:
            client = clients.find(session, chosen.client)
        sessions, troubles = points.points_of(database, client)
    programme, trouble = points.programme_of(sessions)
    for line in [*troubles, *([trouble] if trouble else [])]:
        terminal.warn(line)
    if not sessions:
        raise BadInput(f"client {client.pseudonym!r} has no session that is over; `runform live --client` records one")
    baseline = None if chosen.baseline is None else named(sessions, chosen.baseline)
    found = progress(sessions, baseline=baseline, same_setup=chosen.same_setup, programme=programme)
    if chosen.html is not None:
        progress_files.write_or_print(
            chosen.html, lambda: progress_files.page(found, chosen, SHORT.get(chosen.metric, chosen.metric))
        )
        if chosen.html == options.STDOUT:
            return
    if chosen.json:
        terminal.put_bytes(progress_files.data(found))
        return
    terminal.say("\n".join(told(found, client.pseudonym, SHORT.get(chosen.metric, chosen.metric))))


def named(points: list[Point], word: str) -> int:
    """The place of a session that was named. Raises BadInput where none or several are meant."""
    places = [place for place, one in enumerate(points) if word in (one.name, f"{place + 1}", f"{one.moment:%Y-%m-%d}")]
    if len(places) == 1:
        return places[0]
    if places:
        raise BadInput(f"{len(places)} sessions are of {word}; name the folder of one, as {points[places[0]].name}")
    raise BadInput(
        f"the client has no session {file_names.shown(word[:80])!r}; name a folder, a number from the list, or a day"
    )


# -- as text ------------------------------------------------------------------------------------------------------


def told(found: Progress, pseudonym: str, metric: str | None = None) -> Iterator[str]:
    """The progress of a client: of one metric session by session, or of all from the baseline to the newest session as well."""
    said, _ = texts.load(texts.FALLBACK)
    yield f"{pseudonym}: {words.seen(found.points, said)}"
    if line := words.adherence(found, said):
        yield line
    main = metric or MAIN_METRIC
    yield ""
    yield from _sessions(found, found.series[main], said)
    if metric is None:
        yield ""
        yield from _overview(found, said("progress.to_newest"), said)
        if found.walking is not None:
            yield ""
            yield from _overview(found.walking, said("progress.walking"), said)
    yield ""
    for place, point in enumerate(found.points):
        yield from (
            f"! {point.info.began()}: {line}" for line in words.why_not(found, place, said, main if metric else None)
        )
    yield from words.notes(found, said)


def _sessions(found: Progress, one: Series, said: Texts) -> Iterator[str]:
    """A metric session by session."""
    columns = [column for column in one.columns if column != DIFFERENCE]
    yield quantities.name(one.metric, said)
    yield words.sentence(one, found.points, said)
    if line := words.target(one.metric, one.target, said):
        yield line
    heads = "".join(
        f"{words.column_name(column, said).lower():>16s}{'change':>18s}{'within':>18s}" for column in columns
    )
    yield f"{'':4s}{'session':18s}{heads}{'pain':>9s}  programme"
    for place, point in enumerate(found.points):
        cells = ""
        for column in columns:
            value = one.columns[column][place]
            since = "baseline" if place == one.baseline else words.change(one.metric, value.change)
            cells += f"{words.mean(one, place, column):>16s}{since:>18s}{words.within(one.metric, value.within):>18s}"
        line = f"{place + 1:3d} {point.info.began():18s}{cells}{words.pain(point, said):>9s}  {words.of_programme(found, place, said)}"
        yield line.rstrip()
    yield LEGEND


def _overview(found: Progress, title: str, said: Texts) -> Iterator[str]:
    """All metrics, from the baseline to the newest session."""
    yield f"{title:46s}{'before':>11s}{'after':>11s}{'change':>18s}{'detectable':>12s}"
    for row in overview.to_newest(found):
        name = quantities.name(row.metric, said) if row.column in ("left", BOTH) else ""
        column = "left - right" if row.column == DIFFERENCE else words.column_name(row.column, said).lower()
        change = row.change
        cells = (
            f"{quantities.number(row.metric, row.before.value):>11s}{quantities.number(row.metric, row.after.value):>11s}"
            f"{words.change(row.metric, change).removesuffix(words.SURE):>18s}"
            f"{quantities.size(row.metric, None if change is None else change.needed):>12s}"
        )
        verdict = "" if change is None else words.call(change, said)
        yield f"{name:32s}{column:14s}{cells}  {verdict}".rstrip()
