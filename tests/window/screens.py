"""Draw every screen from a fed model, the shipped clip and a session of it, and write what they look like.

    xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.window.screens [FOLDER]

writes one PNG for each screen, window size, text size and palette into the folder, or into a new temporary one. `docs/screens` has only those that
the documents show; copy them there by hand.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import dearpygui.dearpygui as dpg
import msgspec
import numpy as np

from runform_live import config, controls, overlay
from runform_live.capture.previews import Preview, thumbnail
from runform_live.cli.main import main as analyse
from runform_live.dashboard.clinician_window import ClinicianWindow
from runform_live.dashboard.live_picture import PICTURE_H, PICTURE_W
from runform_live.dashboard.monitors import Rectangle
from runform_live.dashboard.review_window import ReviewWindow
from runform_live.dashboard.window import Window
from runform_live.messages import (
    AtBlock,
    Band,
    CoachState,
    Cue,
    Feedback,
    GaitState,
    Health,
    MarkedBlock,
    Naming,
    Recorder,
    SourceState,
)
from runform_live.metrics import MAIN_METRIC
from runform_live.runtime import topology
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.topology import STAGES
from runform_live.session.figures import ChangeSummary, PartChange, RunPart, TrendSummary
from runform_live.session.reader import Session, read
from tests.makers import DATA, demo_landmarks, pose, stances

SIZES = ((1280, 720), (1920, 1080))


def feed(window: Window | SimpleNamespace, quality: float) -> None:
    """A run of a minute and a half: the left side above its target, less so since its first minute, and the right one about as before.

    It is as well seen as in the shipped clip, so that intervals are true.
    """
    rng = np.random.default_rng(1)
    now = time.monotonic()
    model = window.model
    for number, one in enumerate(stances(250, 9.4, 3.1)):
        less = 2.1 * (one.side == "left") * (number >= 200)
        drop, adduction, valgus, lean = (
            rng.normal((one.pelvic_drop_mid_deg or 0.0) - less, 0.6),
            *rng.normal((10.0 - less, 2.0, 1.0), 0.6),
        )
        values = {
            "pelvic_drop_mid_deg": drop,
            "hip_adduction_mid_deg": adduction,
            "knee_valgus_mid_deg": valgus,
            "trunk_lean_mid_deg": lean,
        }
        level = {"drop_level_deg": 0.4, "adduction_level_deg": 0.4, "lean_level_deg": 0.4}
        model.take(msgspec.structs.replace(one, **values, **level, quality=quality), now)
    model.take(SourceState(state="open", text=""), now)
    model.take(
        GaitState(
            time_s=92.0, stamp_s=0.0, activity="running", view="posterior", calibrated=True, level_deg=0.4,
            level_sd_deg=0.1, cadence_spm=167.0, phase="running", ran_s=90.0,
        ),
        now,
    )  # fmt: skip
    model.take(
        CoachState(muted=False, sound="", targets={"pelvic_drop_mid_deg": Band(high=6.0)}, reference_s=(0.9, 61.0)), now
    )
    said = model.texts("cue.belt_level", leg=model.texts("leg.left"))
    model.take(Cue(time_s=90.0, text=said, reason="", metric="", side="left", audible=True, latency_s=0.1), now)
    beat(window)


def walk(window: Window | SimpleNamespace) -> None:
    """After the run of `feed`, the person walks for half a minute."""
    model, now = window.model, time.monotonic()
    assert model.gait is not None
    walking = msgspec.structs.replace(model.gait, time_s=95.0, activity="walking", cadence_spm=112.0)
    model.take(walking, now)
    for number, one in enumerate(stances(56, 4.1, 5.2, step_s=0.54)):
        at_s = 95.0 + 0.54 * number
        times = {"initial_contact_s": at_s - 0.33, "midstance_s": at_s, "toe_off_s": at_s + 0.33}
        model.take(msgspec.structs.replace(one, **times, gait="walk", double_support_s=0.12), now)
    model.take(msgspec.structs.replace(walking, time_s=126.0), now)


def beat(window: Window | SimpleNamespace) -> None:
    """All stages are well."""
    for stage in STAGES:
        heart = Health(stage=stage, pid=1, handled=9, dropped=0, rate_hz=30.0, lag_ms=14.0, state="", memory_mib=90.0)
        window.model.take(heart, time.monotonic())


def changed(session: Session) -> Session:
    """The session as if it were a run of eight minutes with faded feedback: less drop on the left, surely; on the right no sure change."""

    def part(name: str, minutes: tuple[int, int], feedback: bool | None = None) -> RunPart:
        return RunPart(name, ((60.0 * minutes[0], 60.0 * minutes[1]),), feedback)  # type: ignore[arg-type]

    def of(left: float, right: float) -> dict[str, dict[str, ChangeSummary]]:
        sides = {"left": (left, 0.8, True), "right": (right, 0.7, False)}
        return {
            side: {MAIN_METRIC: ChangeSummary(by, by - half, by + half, sure)}
            for side, (by, half, sure) in sides.items()
        }

    none = ChangeSummary(None, None, None)
    changes = tuple(
        PartChange(part("first", (0, 1)), part(name, minutes, feedback), of(left, 0.3), {}, none)
        for name, minutes, feedback, left in (
            ("last", (7, 8), None, -2.0), ("feedback", (1, 5), True, -2.3), ("no_feedback", (5, 8), False, -1.2),
        )
    )  # fmt: skip
    trends = {
        "left": {MAIN_METRIC: TrendSummary(-0.3, -0.5, -0.1)},
        "right": {MAIN_METRIC: TrendSummary(0.0, -0.2, 0.2)},
    }
    return replace(session, summary=msgspec.structs.replace(session.summary, changes=changes, trends=trends))


def hang_picture(window: Window) -> None:
    """The shipped clip's runner in the window's picture."""
    film = cv2.VideoCapture(str(DATA / "demo.mp4"))
    film.set(cv2.CAP_PROP_POS_FRAMES, 200)
    good, picture = film.read()
    assert good
    landmarks = demo_landmarks()[200][1]
    small, scale, left_px = overlay.upright_copy(np.asarray(picture, np.uint8), PICTURE_W, PICTURE_H, 640.0)
    window.pages.judge_frame(landmarks, small, 1280, 720)
    overlay.draw(small, landmarks - (left_px, 0, 0), scale)
    window.show_picture(small)


def shoot(window: Window, path: Path) -> None:
    beat(window)
    window.redraw()
    photograph(window, path)


def photograph(window: Window | ClinicianWindow, path: Path) -> None:
    for _ in range(4):
        dpg.render_dearpygui_frame()
    window.viewport.screenshot(str(path))
    for _ in range(4):
        dpg.render_dearpygui_frame()


def draw_told(window: Window, out: Path, name: str) -> None:
    """What a person is told when something goes wrong, and at the end; the model is then as it was, but for the recorder."""
    model, now = window.model, time.monotonic()
    model.restarted = [("gait", now)]
    shoot(window, out / f"restarted-{name}.png")
    model.restarted = []
    model.take(SourceState(state="lost", text=""), now)
    shoot(window, out / f"lost-{name}.png")
    model.take(SourceState(state="open", text="0"), now)
    model.ending = True
    shoot(window, out / f"ending-{name}.png")
    model.ending = False
    assert model.gait is not None
    sure = model.gait
    model.take(msgspec.structs.replace(sure, naming=Naming("posterior", unsure=True)), now)
    shoot(window, out / f"ask-{name}.png")
    model.take(msgspec.structs.replace(sure, naming=Naming("posterior")), now)
    model.take(
        Recorder(frame=900, recorded=800, not_taken=0, folder="", trouble="the disk is full", trouble_kind="disk_full"),
        now,
    )
    shoot(window, out / f"disk-full-{name}.png")
    model.recorder_trouble = ""


def draw_blocks(window: Window, out: Path, name: str) -> None:
    """A session of a programme: with feedback, in its last block without, and over; the model is then as it was."""
    model, now = window.model, time.monotonic()
    assert model.coach is not None
    free = model.coach
    blocks = (
        ("with", AtBlock("training", True, 12, 20, 108.0, 1292.0, 1920.0)),
        ("last", AtBlock("retention", False, 20, 20, 95.0, 1825.0, 1920.0)),
        ("done", AtBlock(None, False, 20, 20, 0.0, 1921.0, 1920.0)),
    )
    for what, block in blocks:
        model.take(msgspec.structs.replace(free, block=block, gives_feedback=block.feedback), now)
        shoot(window, out / f"block-{what}-{name}.png")
    model.take(free, now)


def draw_clinician(out: Path, language: str, size: tuple[int, int]) -> None:
    """The clinician's window: in a block, with notes; then while it asks for the view and whether the run is really to end."""
    settings = config.load()
    settings = msgspec.structs.replace(settings, screen=msgspec.structs.replace(settings.screen, language=language))
    with tempfile.TemporaryDirectory(prefix="sockets-") as folder:
        ends = {name: f"ipc://{folder}/{name}" for name in (topology.CLINICIAN, topology.CLINICIAN_REQUESTS)}
        window = ClinicianWindow(StageSetup("clinician", ends, settings, "0"), Rectangle(0, 0, *size))
        put_the_mouse_away()
        model, name = window.model, f"{size[0]}x{size[1]}-{language}"
        model.begin((), 0.0)
        run = SimpleNamespace(model=model.run)
        feed(run, 0.7)
        assert model.run.gait is not None and model.run.coach is not None
        sure, coach = model.run.gait, model.run.coach
        notes = ("trunk leans to the left since the speed was raised to 11 km/h", "says that the right knee is stiff")
        for at_s, text in zip((34.0, 71.0), notes, strict=True):
            model.take(controls.AddNote(text=text, at_s=at_s), 0.0)
        model.take(controls.MarkBlock(feedback=False, at_s=80.0), 0.0)
        for look in ("", "-large", "-large-light", "-light"):
            model.take(msgspec.structs.replace(coach, marked=MarkedBlock(False, 80.0)), 0.0)
            shoot_clinician(window, run, out / f"clinician-{name}{look}.png")
            if "light" not in look:
                model.take(msgspec.structs.replace(sure, naming=Naming("posterior", unsure=True)), 0.0)
                model.press_end(time.monotonic())
                model.typed("left arm")
                shoot_clinician(window, run, out / f"clinician-asks-{name}{look}.png")
                model.take(msgspec.structs.replace(sure, naming=Naming("posterior"), flags=("pelvis_unclear",)), 0.0)
                model.press_pause(time.monotonic())
                model.typed("")
                at = AtBlock("training", True, number=2, blocks=7, left_s=250.0, ran_s=92.0, length_s=900.0)
                model.take(msgspec.structs.replace(coach, feedback=Feedback("summary"), block=at), 0.0)
                shoot_clinician(window, run, out / f"clinician-flag-{name}{look}.png")
                model.take(sure, 0.0)
                model.press_end(0.0)
            (window.viewport.other_light if look == "-large" else window.viewport.other_text)()
        walk(run)
        shoot_clinician(window, run, out / f"clinician-walk-{name}.png")
        window.close()


def shoot_clinician(window: ClinicianWindow, run: SimpleNamespace, path: Path) -> None:
    beat(run)
    window.redraw()
    photograph(window, path)


def draw_review(out: Path, session: Path, language: str, size: tuple[int, int], large: bool) -> None:
    screen = msgspec.structs.replace(config.load().screen, language=language, large_text=large)
    window = ReviewWindow([read(session)], screen, size)
    put_the_mouse_away()
    window.model.jump_worst(0)
    window.show()
    for _ in range(4):
        dpg.render_dearpygui_frame()
    window.screenshot(out / f"review-{size[0]}x{size[1]}-{language}{'-large' if large else ''}.png")
    for _ in range(4):
        dpg.render_dearpygui_frame()
    window.close()


def draw(out: Path, session: Path, language: str, size: tuple[int, int]) -> None:
    settings = config.load()
    screen = msgspec.structs.replace(settings.screen, language=language)
    window = Window(msgspec.structs.replace(settings, screen=screen), False, size, earlier_in=session.parent)
    put_the_mouse_away()
    film = cv2.VideoCapture(str(DATA / "demo.mp4"))
    seen = [film.read()[1] for _ in range(3)]
    seen[1] = cv2.rotate(seen[1], cv2.ROTATE_90_CLOCKWISE)
    previews = [Preview(number, thumbnail(np.asarray(picture, np.uint8))) for number, picture in enumerate(seen)]
    for look in ("", "-large"):
        window.show_choice().show(previews)
        photograph(window, out / f"choose-{size[0]}x{size[1]}-{language}{look}.png")
        window.leave_choice()
        window.viewport.other_text()
    feed(window, float(np.mean([one.quality for one in read(session).stances])))
    hang_picture(window)
    window.model.take(pose(200, 6.6), time.monotonic())
    shoot(window, out / f"guide-{size[0]}x{size[1]}-{language}.png")
    window.viewport.other_text()
    shoot(window, out / f"guide-{size[0]}x{size[1]}-{language}-large.png")
    window.viewport.other_text()
    window.pages.leave_guide()
    for look in ("", "-large", "-large-light", "-light"):
        for layer in ("run", "details"):
            shoot(window, out / f"{layer}-{size[0]}x{size[1]}-{language}{look}.png")
            window.pages.next_layer()
        if "light" not in look:
            draw_told(window, out, f"{size[0]}x{size[1]}-{language}{look}")
            draw_blocks(window, out, f"{size[0]}x{size[1]}-{language}{look}")
        (window.viewport.other_light if look == "-large" else window.viewport.other_text)()
    window.viewport.other_text()  # back to dark and small
    window.viewport.other_light()
    window.pages.goals()
    for look in ("", "-large"):
        shoot(window, out / f"goals-{size[0]}x{size[1]}-{language}{look}.png")
        window.viewport.other_text()
    window.pages.goals()
    walk(window)
    for look in ("", "-large"):
        for layer in ("walk", "walk-details"):
            shoot(window, out / f"{layer}-{size[0]}x{size[1]}-{language}{look}.png")
            window.pages.next_layer()
        window.viewport.other_text()
    for look in ("", "-large"):
        window.redraw()
        window.show_end(changed(read(session)), session / "report.html")
        for _ in range(4):
            dpg.render_dearpygui_frame()
        window.viewport.screenshot(str(out / f"end-{size[0]}x{size[1]}-{language}{look}.png"))
        window.viewport.other_text()
    window.close()


def folder_for(words: list[str]) -> Path:
    """The folder that was named, or a new temporary one."""
    if not words:
        words = [tempfile.mkdtemp(prefix="runform-screens-")]
        print(words[0])
    out = Path(words[0])
    out.mkdir(parents=True, exist_ok=True)
    return out


def put_the_mouse_away() -> None:
    """To the corner of the screen, so that no button is drawn as one below the mouse. Call it once a window is open: without any, Xvfb begins anew."""
    subprocess.run(["xdotool", "mousemove", "10000", "10000"], check=True)


def main() -> None:
    out, wanted = folder_for(sys.argv[1:]), sys.argv[2:]
    if len(wanted) > 3:  # a process each: Dear PyGui opens one window in its life
        session, what, language, size = Path(wanted[0]), wanted[1], wanted[2], (int(wanted[3]), int(wanted[4]))
        if what == "live":
            draw(out, session, language, size)
        elif what == "clinician":
            draw_clinician(out, language, size)
        else:
            draw_review(out, session, language, size, what == "review-large")
        return
    with tempfile.TemporaryDirectory() as folder:
        assert analyse(["analyze", str(DATA / "demo.mp4"), "--out", folder]) == 0
        for language in wanted[:1] or ("en", "de"):
            for size in SIZES[:1] if len(wanted) > 1 else SIZES:
                for what in ("live", "clinician", "review", "review-large"):
                    words = [str(out), str(Path(folder) / "demo"), what, language, *map(str, size)]
                    subprocess.run([sys.executable, "-m", "tests.window.screens", *words], check=True)


if __name__ == "__main__":
    main()
