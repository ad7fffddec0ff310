"""What is said of a change is whole on every page, in both text sizes and in all languages."""

from __future__ import annotations

import pytest

from runform_live import texts
from tests.window.conftest import Drive

pytestmark = [pytest.mark.slow, pytest.mark.window]

APPEARANCE = """
from runform_live import texts
from runform_live.dashboard import surface, theme
from runform_live.dashboard.change_model import ChangeWords
from runform_live.dashboard import number_model
from runform_live.dashboard.number_model import SideCard
said = texts.load(sys.argv[2])[0]
wide = {}

for _ in range(3):
    window(nobody)

def drawn():
    window.redraw()
    for _ in range(2):
        dpg.render_dearpygui_frame()

def check(what, tag, left, top, right, bottom):
    (x, y), (end_x, end_y) = dpg.get_item_rect_min(tag), dpg.get_item_rect_max(tag)
    if dpg.get_value(tag) and not (left <= x and top <= y and end_x <= right and end_y <= bottom):
        wide[what] = [x, y, end_x, end_y]
"""

CARDS = (
    APPEARANCE
    + """
by, half = "12.5°", "± 10.5°"
changes = [
    ChangeWords("▼ " + said(f"live.change_{way}", by=by), said(f"live.change_{than}"), said(f"live.change_half{how}", half=half), True)
    for way, than in (("less", "than"), ("more", "as")) for how in ("", "_unsure", "_away", "_away_unsure", "_unknown")
]
changes += [ChangeWords("", said("live.first_minute", seconds=60))]
changes += [ChangeWords("", said(f"live.change_{why}")) for why in ("unmeasured", "withheld_camera", "withheld_view")]
judged = {"few": {"count": 6, "needed": 7}} | {f"wanted_{way}": {"by": "12.5°"} for way in ("less", "more", "at_most_less", "at_most_more")}
cards = [SideCard("-12.5°", half, "above", said(f"live.{words}", **judged.get(words, {})), 3.0)
         for words in ("above", "below", "inside", "not_judged", "no_stance", *judged) for half in ("± 10.5°", "")]
told = 0
for large in (False, True):
    if large:
        window.viewport.other_text()
    for card in cards:
        number_model.card = lambda model, side: card
        drawn()
        for part in ("title", "value", "interval", "words"):
            check(f"{large} {card} {part}", f"right-{part}", 872, 82, 1268, 82 + 292)
    for words in changes:
        number_model.change_words = lambda model, side: words
        drawn()
        told += 1
        for part in ("change", "than", "half"):
            check(f"{large} {words}", f"right-{part}", 872, 82, 1268, 500)
        between = [dpg.get_item_rect_max(f"right-{part}")[1] - 4 for part in ("words", "change")]
        for after, end in zip(("change", "than"), between):
            if dpg.get_value(f"right-{after}") and words.size and dpg.get_item_rect_min(f"right-{after}")[1] < end:
                wide[f"{large} {words} {after}"] = [end, dpg.get_item_rect_min(f"right-{after}")[1]]
tell("wide", [told, wide])
window.close()
"""
)


@pytest.mark.parametrize("language", texts.languages())
def test_whatever_is_said_of_a_change_fits_into_its_card(drive: Drive, language: str) -> None:
    told, wide = drive(CARDS, language).told("wide", 120)
    assert wide == {}
    assert told == 28


TABLE = (
    APPEARANCE
    + """
from runform_live.dashboard import detail_model
from runform_live.dashboard.detail_page import DetailPage
row = detail_model.DetailRow(said("live.step_width"), "-10.5° ± 10.5°", "-10.5° ± 10.5°", "-10.5° ± 10.5", "▼ -10.5° ± 10.5", "▼ -0.012 s ± 0.005")
detail_model.rows = lambda model: [row] * 7
window.pages.next_layer()
ends = [12 + sum(DetailPage.COLUMNS[:column + 1]) + 16 for column in range(6)]
for large in (False, True):
    if large:
        window.viewport.other_text()
        window(nobody)
    drawn()
    for line in range(7):
        for column, end in enumerate(ends):
            check(f"{large} {line} {column}", f"detail-{line}-{column}", 8, 8, end, 308)
    for column, end in enumerate(ends):
        check(f"{large} head {column}", f"head-{column}", 8, 8, end, 308)
    appearance = surface.appearance_for((1280, 720), large, False)
    for key in ("changes", "changes_withheld_camera", "changes_withheld_view", "first_minute_short"):
        wide_px = dpg.get_text_size(said(f"live.{key}", seconds=60), font=appearance.font(theme.SMALL))[0]
        if wide_px > sum(DetailPage.COLUMNS[4:]):
            wide[f"{large} {key}"] = wide_px
tell("wide", wide)
window.close()
"""
)


@pytest.mark.parametrize("language", texts.languages())
def test_the_table_with_its_changes_fits(drive: Drive, language: str) -> None:
    assert drive(TABLE, language).told("wide") == {}


GUIDE = (
    APPEARANCE
    + """
from runform_live.dashboard.guide_model import GuideModel
from runform_live.dashboard.guide_page import GuidePage
guide = GuidePage(window.model, surface.appearance_for((1280, 720), False, False), lambda key: None, GuideModel(window.model))
for large in (False, True):
    if large:
        window.viewport.other_text()
    guide.appearance = surface.appearance_for((1280, 720), large, False)
    surface.fill(guide.appearance, guide)
    guide.show(0.0)
    for _ in range(3):
        dpg.render_dearpygui_frame()
    check(f"{large} guide", "certainty", 576, 520, 1272, 582)
tell("wide", [dpg.get_value("certainty") != "", wide])
window.close()
"""
)


@pytest.mark.parametrize("language", texts.languages())
def test_the_guide_fits(drive: Drive, language: str) -> None:
    assert drive(GUIDE, language).told("wide") == [True, {}]
