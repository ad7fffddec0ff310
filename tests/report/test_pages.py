"""The pages of a report: their figures are those of summary.json, and they read well without styles and on paper."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import msgspec
import numpy as np
import pytest

from runform_live import quantities, texts
from runform_live.messages import SIDES, Stance
from runform_live.metrics import OF_GAIT
from runform_live.report import before_after, build, findings, html, pdf
from runform_live.report.document import Card, Cards, Document, Heading, Image, Paragraph, Table, walked
from runform_live.report.letterhead import Letterhead
from runform_live.report.plain import runner_part
from runform_live.session.figures import MetricSummary, SymmetrySummary
from runform_live.session.reader import Session
from tests.report import makers, reading

LANGUAGES = texts.languages()
CENTIMETRES = {
    "left": {"step_width_cm": MetricSummary(90, 7.84, 1.2, 5.9, 9.8), "vertical_oscillation_cm": MetricSummary(90, 8.03, 0.4, 6.9, 9.1)},
    "right": {"step_width_cm": MetricSummary(91, 6.15, 1.2, 4.3, 8.0), "vertical_oscillation_cm": MetricSummary(0, None, None, None, None)},
}  # fmt: skip
TRICKY = '<b>Ärzte & "Läufer"</b> #strong[*x*] $y$'


def varied(seconds: float = 300.0, left_deg: float = 5.0, seed: int = 5) -> list[Stance]:
    """A run whose figures all differ; some values are unknown. The left drop is larger by left_deg."""
    rng = np.random.default_rng(seed)
    middles = dict(zip(OF_GAIT["run"], (4.0, 5.5, 11.0, 12.5, 3.0, 6.0, -1.5, 0.27, 0.31), strict=True))
    found = []
    for one in makers.stances_over(seconds, left_deg=0.0):
        values = {name: middle + rng.normal() * middle / 20 for name, middle in middles.items()}
        if one.side == "left":
            values["pelvic_drop_mid_deg"] += left_deg
        changed = msgspec.structs.replace(one, **values)
        found.append(msgspec.structs.replace(changed, knee_valgus_mid_deg=None) if rng.random() < 0.3 else changed)
    return found


@cache
def session() -> Session:
    made = makers.session(varied(), makers.part("last", makers.change(-1.5), makers.change(0.2)))
    info = msgspec.structs.replace(made.info, person="P07")
    summary = msgspec.structs.replace(made.summary, centimetres=CENTIMETRES)
    return Session(Path("x"), info, made.stances, made.events, summary)


@cache
def document(language: str) -> Document:
    return build.document(session(), language, Letterhead(TRICKY, None, "pseudonym"))[0]


@cache
def page(language: str) -> str:
    return html.render(document(language))


@cache
def paper(language: str) -> bytes:
    return pdf.render(document(language), session().info.moment())


@cache
def two(language: str) -> Document:
    after = makers.session(varied(left_deg=0.5, seed=6))
    return before_after.document(session(), after, language)[0]


def is_shown(cell: str, value: float | None) -> bool:
    """Whether a cell shows a value, rounded to its decimals; a dash is none."""
    told = reading.number(cell)
    if told is None or value is None:
        return told is None and value is None and cell == quantities.UNKNOWN
    decimals = len(cell.split("±")[0].strip().replace(",", ".").partition(".")[2].rstrip("°s cm%"))
    return abs(told - value) <= 0.5 * 10**-decimals + 1e-9


def is_interval_shown(cell: str, one: MetricSummary | SymmetrySummary) -> bool:
    told = reading.half(cell)
    if one.half is None or told is None:
        return told is None and one.half is None
    return abs(told - one.half) <= 0.5 * 10 ** -len(f"{told}".partition(".")[2]) + 1e-9


# -- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_page_is_that_of_the_summary(language: str) -> None:
    said, summary = texts.load(language)[0], session().summary
    rows = {row[0]: row[1:] for row in reading.table(reading.parsed(page(language)), "figures")}
    assert set(rows) == {
        quantities.name(one, said) for one in (*OF_GAIT["run"], "step_width_cm", "vertical_oscillation_cm")
    }
    for metric in OF_GAIT["run"]:
        left, left_n, right, right_n, difference, index = rows[quantities.name(metric, said)]
        both = summary.symmetry[metric]
        for cell, count, one in ((left, left_n, summary.sides["left"][metric]), (right, right_n, summary.sides["right"][metric])):  # fmt: skip
            assert is_shown(cell, one.mean) and is_interval_shown(cell, one) and int(count) == one.n, (metric, cell)
        assert is_shown(difference, both.difference) and is_interval_shown(difference, both), metric
        assert is_shown(index, both.index_percent), metric
    for name in ("step_width_cm", "vertical_oscillation_cm"):
        left, left_n, right, right_n, *nothing = rows[quantities.name(name, said)]
        assert is_shown(left, CENTIMETRES["left"][name].mean) and is_shown(right, CENTIMETRES["right"][name].mean)
        assert (int(left_n), int(right_n)) == tuple(CENTIMETRES[side][name].n for side in SIDES)
        assert nothing == [quantities.UNKNOWN] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_page_stands_in_the_pdf_too(language: str) -> None:
    text = " ".join(reading.pages(paper(language))).replace("\u00ad", "")
    for row in reading.table(reading.parsed(page(language)), "figures"):
        assert " ".join(row) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_tells_the_drop_of_both_legs_and_the_cadence_stands_behind_it(language: str) -> None:
    said, root = texts.load(language)[0], reading.parsed(page(language))
    shown = [reading.words(one) for one in root.iterfind(".//dl[@class='keys']/div")]
    for side in SIDES:
        mean = session().summary.sides[side]["pelvic_drop_mid_deg"]
        assert any(
            one.startswith(f"{said(f'report.{side}')} {said.decimal(f'{mean.mean:.1f}')}°") and f"{mean.n} " in one
            for one in shown
        )
    assert f"{said('quantity.cadence_spm')} {session().summary.cadence_spm:.0f} /min" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_sessions_of_a_report_keep_their_own_figures(language: str) -> None:
    said, root = texts.load(language)[0], reading.parsed(html.render(two(language)))
    name = quantities.name("pelvic_drop_mid_deg", said)
    before, after = (
        {row[0]: row[1:] for row in reading.table(root, f"figures-{which}")}[name][0] for which in ("before", "after")
    )
    assert is_shown(before, session().summary.sides["left"]["pelvic_drop_mid_deg"].mean)
    assert reading.number(before) != reading.number(after)
    change = next(row for row in reading.table(root, "change") if row[:2] == [name, said("report.left")])
    assert change[2] == before and change[3] == after
    wanted = (reading.number(after) or 0.0) - (reading.number(before) or 0.0)
    assert reading.number(change[4]) == pytest.approx(wanted, abs=0.11)


# -- how it reads -------------------------------------------------------------------------------------------------

BOTH = [(language, which) for language in LANGUAGES for which in ("one", "two")]


def root_of(language: str, which: str) -> Element:
    return reading.parsed(page(language) if which == "one" else html.render(two(language)))


@pytest.mark.parametrize(("language", "which"), BOTH)
def test_headings_go_down_one_level_at_a_time(language: str, which: str) -> None:
    levels = [int(one.tag[1]) for one in root_of(language, which).iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(then <= one + 1 for one, then in itertools.pairwise(levels))


@pytest.mark.parametrize(("language", "which"), BOTH)
def test_every_picture_has_words_and_nothing_is_fetched(language: str, which: str) -> None:
    root = root_of(language, which)
    pictures = list(root.iter("img"))
    assert len(pictures) >= 2
    assert all(one.get("alt", "").strip() and one.get("src", "").startswith("data:image/") for one in pictures)
    assert not list(root.iter("script")) and not list(root.iter("link"))
    assert not [one for one in root.iter() if one.get("href") or (one.get("src") and one.tag != "img")]
    assert not re.search(r"url\(|@import", reading.words(root.find(".//style")))


@pytest.mark.parametrize(("language", "which"), BOTH)
def test_every_table_has_a_caption_and_heads_of_columns_and_rows(language: str, which: str) -> None:
    root = root_of(language, which)
    assert root.get("lang") == language
    tables = list(root.iter("table"))
    assert len(tables) >= 3
    for one in tables:
        assert reading.words(one.find("caption"))
        heads = one.findall("thead/tr/th")
        assert all(head.get("scope") == "col" and reading.words(head) for head in heads)
        for row in one.findall("tbody/tr"):
            assert row[0].tag == "th" and row[0].get("scope") == "row" and len(row) == len(heads)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_people_are_never_markup(language: str) -> None:
    root = reading.parsed(page(language))
    assert reading.words(root.find(".//p[@class='clinic']")) == TRICKY
    assert not list(root.iter("b"))
    assert TRICKY in reading.pages(paper(language))[0]


def test_what_no_page_can_hold_is_left_out_of_words() -> None:
    odd = Document("T", "en", (Heading("a\x00b\x07\ufeffc\ud800d", 2), Paragraph("诊所 \u200b🏃")))
    assert reading.words(reading.parsed(html.render(odd)).find(".//h2")) == "abcd"
    assert "abcd" in reading.pages(pdf.render(odd))[0]


def test_the_pseudonym_stands_on_it_and_nobody_where_nobody_shall_be_named() -> None:
    assert "P07" in page("en")
    unnamed = build.document(session(), "en", Letterhead("", None, "nobody"))[0]
    assert "P07" not in html.render(unnamed)


def test_the_name_takes_the_place_of_the_pseudonym_only_where_it_is_known() -> None:
    head = Letterhead(names="name")
    assert head.person(session().info, "Anna Muster") == "Anna Muster"
    assert head.person(session().info) == "P07"
    assert Letterhead(names="pseudonym").person(session().info, "Anna Muster") == "P07"


# -- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_of_the_pdf_is_smaller_than_9_pt_and_it_is_small(language: str) -> None:
    sizes = reading.sizes_pt(paper(language))
    assert min(sizes) >= 9.0 and max(sizes) > 15.0
    assert len(paper(language)) < 3_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_is_for_the_runner_alone_and_every_page_has_its_number(language: str) -> None:
    said, found = texts.load(language)[0], reading.pages(paper(language))
    heading = said("report.page.clinician")
    assert heading not in found[0] and heading in found[1]
    for at, text in enumerate(found, 1):
        assert said("report.page.number", page=at, pages=len(found)) in text


def test_page_one_makes_its_pictures_smaller_where_the_words_are_long() -> None:
    first, *rest = document("en").blocks
    long = "Words of a runner who has much to be told, line after line, until the page is nearly full. " * 9
    blocks = (type(first)((*first.blocks, Paragraph(long))), *rest)  # type: ignore[union-attr, call-arg]
    made = pdf.render(Document("T", "en", blocks))
    assert "For the clinician" in reading.pages(made)[1]


def test_a_picture_with_its_size_comes_into_the_pdf_as_it_is() -> None:
    import cv2

    _, packed = cv2.imencode(".png", np.full((40, 80, 3), 130, np.uint8))
    logo = Image(packed.tobytes(), "image/png", "Logo", (80, 40))
    made = pdf.render(Document("T", "en", (Heading("H", 2),), clinic="C", logo=logo))
    assert reading.pages(made)[0].startswith("CTH")


def test_a_document_without_a_typesetter_says_in_one_line_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from runform_live.errors import BadInput

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(
        BadInput, match="a PDF needs the package typst; .*Optional parts, says how to add the group pdf"
    ):
        pdf.render(Document("T", "en", ()))


# -- the content --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_weak_side_has_three_exercises_on_page_one_and_the_whole_plan_behind_it(language: str) -> None:
    cards = [block for block in walked(document(language).blocks) if isinstance(block, Cards)]
    assert len(cards) == 2 and len(cards[0].cards) == 3 and len(cards[1].cards) > 3
    assert all(
        isinstance(one, Card) and one.drawing and one.dose and one.words for block in cards for one in block.cards
    )
    titles = {one.title for one in cards[1].cards}
    assert {one.title for one in cards[0].cards} <= titles


def test_the_cues_of_a_run_are_counted_with_their_first_and_last_time() -> None:
    events = [
        {"kind": "cue", "time_s": at_s, "text": "Keep your belt level", "reason": "drop"}
        for at_s in (70.0, 95.0, 130.4)
    ]
    made = session()
    found = Session(made.folder, made.info, made.stances, events, made.summary)
    given = next(
        block for block in walked(build.document(found)[0].blocks) if isinstance(block, Table) and block.name == "given"
    )
    assert given.rows == (("Keep your belt level", "drop", "3", "1:10", "2:10"),)


def test_a_session_without_stances_still_has_a_page() -> None:
    root = reading.parsed(build.render(makers.session([])))
    assert reading.words(root.find(".//h1")) == "Running form"


def words(blocks: Document) -> str:
    return html.render(blocks)


def test_the_cue_of_a_walker_is_one_for_walking() -> None:
    running, walking = (words(build.document(makers.two_sided(flags=flags))[0]) for flags in ((), ("walking",)))
    assert "think of while you run" in running and "think of while you walk" not in running
    assert "think of while you walk" in walking and "think of while you run" not in walking


def test_a_muscle_that_the_film_cannot_show_is_marked_so() -> None:
    told = words(build.document(makers.two_sided())[0])
    assert "Trunk: not seen by this measurement" in told and "Gluteus maximus: not seen" not in told


def test_before_and_after_tells_the_difference_that_it_calls_sure() -> None:
    after = makers.two_sided()
    blocks = before_after.document(session(), after)[0]
    assert runner_part(after, findings.of(after), texts.load("en")[0]).how_far in {
        one.words for one in walked(blocks.blocks) if isinstance(one, Paragraph)
    }
