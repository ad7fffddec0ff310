"""The pictures of a report are those of the moments that their captions name, and show the angle that they tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from runform_live import config, texts
from runform_live.messages import GaitState, Picture, Stance, View
from runform_live.report import pictures
from runform_live.report.pictures import Shown, chosen, midstances
from runform_live.session import schema
from runform_live.session.pictures import Found
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import running, stance, standing

ENGLISH = texts.load("en")[0]
FRAMES, RATE_HZ = 45, 30.0
HEIGHT_PX, WIDTH_PX = 360, 640
LARGEST_BYTES = 1_000_000
# Of the left side 4 is nearest to the mean and 8 the largest; of the right side 2 and 3.
STANCES = [
    stance(side, at_s, drop)
    for side, at_s, drop in (
        ("left", 0.3, 4.0),
        ("right", 0.4, 3.0),
        ("left", 0.5, 1.0),
        ("right", 0.6, 2.0),
        ("left", 0.7, 8.0),
        ("right", 0.8, 0.5),
    )
]


def noise(number: int) -> Picture:
    return np.random.default_rng(number).integers(0, 200, (HEIGHT_PX, WIDTH_PX, 3), np.uint8)


def dark(number: int) -> Picture:
    return np.full((HEIGHT_PX, WIDTH_PX, 3), 20 + 3 * number, np.uint8)


def filmed(
    folder: Path, stances: list[Stance] = STANCES, picture: Callable[[int], Picture] = dark, view: View = "posterior"
) -> Path:
    """A session with a video of a figure that stands, in half of the usual size, and with these stances."""
    folder.mkdir()
    landmarks = running(0.0, 0.0, 0.0, anterior=True) if view == "anterior" else standing()
    record = SessionRecord(folder, "0", config.load(), "live")
    record.opened(HEIGHT_PX, WIDTH_PX, RATE_HZ)
    record.record()
    for frame in range(FRAMES):
        record.pose(frame + 1, frame / RATE_HZ, landmarks / 2)
        record.picture(frame + 1, frame / RATE_HZ, picture(frame))
    record.gait(GaitState(1.0, 1.0, "running", view, True, 0.0, 0.1, 170.0))
    for one in stances:
        record.stance(one)
    record.finish("stopped")
    return folder


def unpacked(one: Shown) -> Picture:
    return np.asarray(cv2.imdecode(np.frombuffer(one.jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


# -- which ones ---------------------------------------------------------------------------------------------------


def test_of_each_side_the_usual_and_the_largest_midstance_are_shown(tmp_path: Path) -> None:
    shown, why = midstances(read(filmed(tmp_path / "run")), ENGLISH, keep=False)
    assert why == ""
    assert [(one.side, one.kind) for one in shown] == [
        ("left", "usual"),
        ("left", "largest"),
        ("right", "usual"),
        ("right", "largest"),
    ]
    assert [one.caption for one in shown] == [
        "Usual pelvic drop, left leg: 4.0° (at 0:00 min)",
        "Largest pelvic drop, left leg: 8.0° (at 0:01 min)",
        "Usual pelvic drop, right leg: 2.0° (at 0:01 min)",
        "Largest pelvic drop, right leg: 3.0° (at 0:00 min)",
    ]
    assert shown[1].alt.startswith(
        "Picture of the runner from behind at midstance. Largest pelvic drop, left leg: 8.0°"
    )


def test_where_all_drops_of_a_side_are_alike_it_has_one_picture() -> None:
    found = [stance("left", 1.0 + 0.7 * k, 4.0) for k in range(5)]
    assert chosen(found) == [("usual", found[0])]


def test_a_side_without_a_known_drop_has_no_picture() -> None:
    assert chosen([stance("left", 1.0, None), stance("right", 1.4, 3.0)]) == [("usual", stance("right", 1.4, 3.0))]


def test_each_picture_is_that_of_its_moment(tmp_path: Path) -> None:
    shown, _ = midstances(read(filmed(tmp_path / "run")), ENGLISH, keep=False)
    for one, at_s in zip(shown, (0.3, 0.7, 0.6, 0.4), strict=True):
        corner = unpacked(one)[:40, :40].mean()
        assert corner == pytest.approx(20 + 3 * at_s * RATE_HZ, abs=4.0), "each frame is brighter than the one before"


def test_pictures_are_read_in_the_order_of_their_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A film that can only be read forwards would be read from its beginning each time."""
    session = read(filmed(tmp_path / "run"))
    asked: list[float] = []

    class Remembers:
        def at(self, time_s: float) -> Picture:
            asked.append(time_s)
            return dark(0)

        def close(self) -> None: ...

    monkeypatch.setattr(pictures, "find", lambda _: Found(Remembers()))
    midstances(session, ENGLISH, keep=False)
    assert len(asked) == 4 and asked == sorted(asked)


# -- how they look ------------------------------------------------------------------------------------------------


def test_all_pictures_have_one_shape_and_are_small_together(tmp_path: Path) -> None:
    shown, _ = midstances(read(filmed(tmp_path / "run", picture=noise)), ENGLISH, keep=False)
    assert len({unpacked(one).shape for one in shown}) == 1
    assert sum(len(one.jpeg) for one in shown) < LARGEST_BYTES
    assert shown[0].uri.startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("view", ["posterior", "anterior"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_angle_that_the_caption_tells_is_drawn_on_the_side_of_the_swing_leg(
    tmp_path: Path, side: str, view: View
) -> None:
    """The figure's pelvis is level, so that the level line is drawn turned by the drop: higher above the swing leg."""
    drop_deg = 10.0
    found = [stance(side, 0.5, drop_deg)]  # type: ignore[arg-type]
    (one,), _ = midstances(read(filmed(tmp_path / "run", found, view=view)), ENGLISH, keep=False)
    picture = unpacked(one)
    white = (picture.min(axis=2) > 215).nonzero()
    middle = np.array([np.median(white[1]), np.median(white[0])])  # the longest white line is the pelvis line
    aside = white[1] - middle[0]
    swing_is_right = (side == "left") == (view == "posterior")
    mine = (aside > 0.7 * aside.max()) if swing_is_right else (aside < 0.7 * aside.min())
    rise = middle[1] - white[0][mine].min()
    reach = abs(aside[mine][white[0][mine].argmin()])
    assert math.degrees(math.atan2(rise, reach)) == pytest.approx(drop_deg, abs=3.0)


# -- what is missing ----------------------------------------------------------------------------------------------


def test_a_stance_after_the_last_pose_has_no_picture_and_the_report_says_why(tmp_path: Path) -> None:
    folder = filmed(tmp_path / "run")
    table = pq.read_table(folder / schema.POSES)
    pq.write_table(table.slice(0, 5), folder / schema.POSES)  # they end 0.2 s before the first midstance
    assert midstances(read(folder), ENGLISH, keep=False) == ([], ENGLISH("report.no_landmarks"))


def test_the_pictures_that_have_a_pose_are_shown_and_the_report_says_why_others_are_missing(tmp_path: Path) -> None:
    folder = filmed(tmp_path / "run")
    table = pq.read_table(folder / schema.POSES)
    pq.write_table(table.slice(0, 14), folder / schema.POSES)  # they end at 0.43 s
    shown, why = midstances(read(folder), ENGLISH, keep=False)
    assert [(one.side, one.kind) for one in shown] == [("left", "usual"), ("right", "largest")]
    assert why == ENGLISH("report.no_landmarks")


def test_landmarks_far_outside_of_the_picture_give_a_picture_all_the_same(tmp_path: Path) -> None:
    session = read(filmed(tmp_path / "run"))
    times_s = np.arange(FRAMES) / RATE_HZ
    far = np.repeat(standing()[None] * 1000.0, FRAMES, axis=0)
    unknown = np.full_like(far, np.nan)
    for landmarks in (far, unknown, np.zeros_like(far)):
        shown, _ = midstances(session, ENGLISH, keep=False, known=(times_s, landmarks))
        assert len(shown) == 4
        assert all(min(unpacked(one).shape[:2]) >= 16 for one in shown)
