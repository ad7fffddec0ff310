"""The live window (Dear PyGui): large numbers to be read from the treadmill, the picture, the last two minutes, the health."""

from __future__ import annotations

import time
from collections import OrderedDict

import cv2
import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt
import zmq

from runform_live import overlay
from runform_live.config import Config
from runform_live.dashboard import theme
from runform_live.dashboard.model import HISTORY_S, SECOND_METRICS, DashboardModel
from runform_live.messages import LANDMARKS, SIDES, Control, Frame, Pose, Side, Stance
from runform_live.runtime import topology
from runform_live.runtime.bus import Subscriber
from runform_live.runtime.supervisor import Supervisor
from runform_live.session.record import model_used

PICTURE_W, PICTURE_H = 640, 360
FRAMES_KEPT = 12  # a frame waits here for its landmarks, so that both are shown together
PLOT_S = 0.25  # between two redraws of the plot
SCALE_DEG = (-2.0, 16.0)
SCALE_W, SCALE_H = 282, 34
KEYS = "R record    P pause    M mute    C calibrate    F full screen    Esc end"


class Window:
    """Owns the Dear PyGui context. Call the object once a frame with the supervisor; it returns False once closed."""

    def __init__(self, config: Config, record_video: bool, width_px: int = 1280, height_px: int = 720) -> None:
        self.model = DashboardModel(config, model_used(config))
        self.model.recording = record_video
        self.latencies_s: list[float] = []  # frame stamp to stance on screen
        self._unshown: list[float] = []
        self._frames: OrderedDict[int, tuple[npt.NDArray[np.uint8], float]] = OrderedDict()
        self._pictures: Subscriber | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None
        self._wishes: list[Control] = []
        self._muted = False
        self._plot_at_s = 0.0
        self._shown_frame = 0
        self._texture = np.zeros((PICTURE_H, PICTURE_W, 3), np.float32)
        self.frames_drawn = 0
        self._build(width_px, height_px)

    # -- building -------------------------------------------------------------------------------------------------

    def _build(self, width_px: int, height_px: int) -> None:
        dpg.create_context()
        self._fonts()
        with dpg.texture_registry():
            dpg.add_raw_texture(PICTURE_W, PICTURE_H, self._texture, format=dpg.mvFormat_Float_rgb, tag="picture")
        with dpg.window(tag="main", no_scrollbar=True):
            with dpg.group(horizontal=True):
                with dpg.child_window(width=PICTURE_W + 16, height=PICTURE_H + 118, no_scrollbar=True):
                    dpg.add_image("picture")
                    self._text("status", theme.NORMAL_PX, theme.TEXT, wrap=PICTURE_W)
                    self._text("advice", theme.NORMAL_PX, theme.WARN, wrap=PICTURE_W)
                with dpg.group():
                    with dpg.group(horizontal=True):
                        for side in SIDES:
                            self._side_card(side)
                    with dpg.child_window(width=-1, height=188, no_scrollbar=True):
                        self._second_layer()
            with dpg.group(horizontal=True):
                self._plot()
                with dpg.child_window(width=-1, height=-1, no_scrollbar=True):
                    self._health()
        self._keys()
        self._style()
        dpg.create_viewport(title="runform live", width=width_px, height=height_px, vsync=True)
        dpg.setup_dearpygui()
        dpg.show_viewport()
        dpg.set_primary_window("main", True)

    def _fonts(self) -> None:
        path = theme.font_file()
        if path is None:
            return
        with dpg.font_registry():
            for size in (theme.SMALL_PX, theme.NORMAL_PX, theme.CUE_PX, theme.LARGE_PX, theme.HUGE_PX):
                dpg.add_font(str(path), size, tag=f"font{size}")
        dpg.bind_font(f"font{theme.SMALL_PX}")

    def _text(self, tag: str, size: int, colour: theme.Colour, wrap: int = -1) -> None:
        dpg.add_text("", tag=tag, color=colour, wrap=wrap)
        if dpg.does_item_exist(f"font{size}"):
            dpg.bind_item_font(tag, f"font{size}")

    def _side_card(self, side: Side) -> None:
        colour = theme.LEFT if side == "left" else theme.RIGHT
        with dpg.child_window(width=SCALE_W + 8, height=296, no_scrollbar=True):
            self._text(f"{side}-title", theme.LARGE_PX, colour)
            dpg.set_value(f"{side}-title", "◀ LEFT" if side == "left" else "RIGHT ▶")
            self._text(f"{side}-value", theme.HUGE_PX, colour)
            self._text(f"{side}-interval", theme.NORMAL_PX, theme.QUIET)
            with dpg.drawlist(width=SCALE_W - 10, height=SCALE_H, tag=f"{side}-scale"):
                pass
            self._text(f"{side}-words", theme.LARGE_PX, theme.TEXT)

    def _second_layer(self) -> None:
        self._text("target", theme.NORMAL_PX, theme.QUIET)
        self._text("cue", theme.CUE_PX, theme.WARN, wrap=570)
        with dpg.group(horizontal=True, horizontal_spacing=40):
            self._text("symmetry", theme.NORMAL_PX, theme.TEXT)
            self._text("cadence", theme.NORMAL_PX, theme.TEXT)
        with dpg.group(horizontal=True, horizontal_spacing=28):
            for metric, _ in SECOND_METRICS:
                self._text(f"second-{metric}", theme.NORMAL_PX, theme.TEXT)

    def _plot(self) -> None:
        with dpg.plot(width=PICTURE_W + 16, height=-1, no_menus=True, no_mouse_pos=True, tag="plot"):
            dpg.add_plot_legend(horizontal=True)
            dpg.add_plot_axis(dpg.mvXAxis, label="s (last two minutes)", tag="plot-x")
            with dpg.plot_axis(dpg.mvYAxis, label="pelvic drop, deg", tag="plot-y"):
                low, high = self.model.target()
                if high is not None or low is not None:
                    shade_low = low if low is not None else SCALE_DEG[0] - 20
                    shade_high = high if high is not None else SCALE_DEG[1] + 20
                    dpg.add_shade_series(
                        [-1e6, 1e6], [shade_low] * 2, y2=[shade_high] * 2, label="target", tag="plot-target"
                    )
                for side in SIDES:
                    dpg.add_line_series([], [], label=side, tag=f"plot-{side}")
                    dpg.add_scatter_series([], [], tag=f"plot-{side}-dots")
            dpg.set_axis_limits("plot-y", SCALE_DEG[0] - 6, SCALE_DEG[1])

    def _health(self) -> None:
        self._text("session", theme.NORMAL_PX, theme.TEXT)
        self._text("sound", theme.SMALL_PX, theme.TEXT, wrap=570)
        self._text("record", theme.SMALL_PX, theme.TEXT, wrap=570)
        self._text("keys", theme.SMALL_PX, theme.TEXT, wrap=570)
        dpg.set_value("keys", KEYS)
        with dpg.group(horizontal=True, horizontal_spacing=24) as rows:
            for column in (topology.STAGES[:3], topology.STAGES[3:]):
                with dpg.group():
                    for stage in column:
                        self._text(f"health-{stage}", theme.SMALL_PX, theme.QUIET)
        with dpg.theme() as dense, dpg.theme_component(dpg.mvAll):
            dpg.add_theme_style(dpg.mvStyleVar_ItemSpacing, 8, 1)
        dpg.bind_item_theme(rows, dense)

    def _style(self) -> None:
        with dpg.theme() as everything, dpg.theme_component(dpg.mvAll):
            dpg.add_theme_color(dpg.mvThemeCol_WindowBg, theme.BACKGROUND)
            dpg.add_theme_color(dpg.mvThemeCol_ChildBg, theme.PANEL)
            dpg.add_theme_color(dpg.mvThemeCol_Text, theme.TEXT)
            dpg.add_theme_style(dpg.mvStyleVar_WindowPadding, 8, 8)
            dpg.add_theme_style(dpg.mvStyleVar_ItemSpacing, 8, 6)
        dpg.bind_theme(everything)
        for side, colour in (("left", theme.LEFT), ("right", theme.RIGHT)):
            with dpg.theme() as line, dpg.theme_component(dpg.mvAll):
                dpg.add_theme_color(dpg.mvPlotCol_Line, colour, category=dpg.mvThemeCat_Plots)
                dpg.add_theme_color(dpg.mvPlotCol_MarkerFill, colour, category=dpg.mvThemeCat_Plots)
                dpg.add_theme_color(dpg.mvPlotCol_MarkerOutline, colour, category=dpg.mvThemeCat_Plots)
                dpg.add_theme_style(dpg.mvPlotStyleVar_LineWeight, 2.5, category=dpg.mvThemeCat_Plots)
                marker = dpg.mvPlotMarker_Circle if side == "left" else dpg.mvPlotMarker_Square
                dpg.add_theme_style(dpg.mvPlotStyleVar_Marker, marker, category=dpg.mvThemeCat_Plots)
            dpg.bind_item_theme(f"plot-{side}", line)
            dpg.bind_item_theme(f"plot-{side}-dots", line)
        if dpg.does_item_exist("plot-target"):
            with dpg.theme() as shade, dpg.theme_component(dpg.mvAll):
                dpg.add_theme_color(dpg.mvPlotCol_Fill, (*theme.TARGET, 160), category=dpg.mvThemeCat_Plots)
            dpg.bind_item_theme("plot-target", shade)

    # -- wishes ---------------------------------------------------------------------------------------------------

    def _keys(self) -> None:
        with dpg.handler_registry():
            for key, wish in (
                (dpg.mvKey_R, self._record), (dpg.mvKey_P, self._pause), (dpg.mvKey_M, self._mute),
                (dpg.mvKey_C, self._calibrate), (dpg.mvKey_F, dpg.toggle_viewport_fullscreen),
                (dpg.mvKey_Escape, dpg.stop_dearpygui),
            ):  # fmt: skip
                dpg.add_key_press_handler(key, callback=lambda *_, wish=wish: wish())

    def _wish(self, control: Control) -> None:
        self._wishes.append(control)
        self.model.asked(control)

    def _record(self) -> None:
        self._wish(Control(action="stop_record" if self.model.recording else "record"))

    def _pause(self) -> None:
        self._wish(Control(action="resume" if self.model.paused else "pause"))

    def _mute(self) -> None:
        self._muted = not self._muted
        self._wish(Control(action="mute" if self._muted else "unmute"))

    def _calibrate(self) -> None:
        self._wish(Control(action="calibrate"))

    # -- every frame ----------------------------------------------------------------------------------------------

    def __call__(self, supervisor: Supervisor) -> bool:
        """Take what came, draw one frame of the window."""
        if self._pictures is None:
            # Pictures come on a socket of their own with room for two: they are skipped, never waited for.
            self._context = zmq.Context()
            self._pictures = Subscriber()
            self._pictures.connect(self._context, supervisor.endpoints["capture"], ("frame",), 2)
        now_s = time.monotonic()
        for message, buffers in supervisor.messages_with_buffers(0.0):
            self.model.take(message, now_s)
            if isinstance(message, Stance) and message.stamp_s > 0:
                self._unshown.append(message.stamp_s)
            elif isinstance(message, Pose) and buffers:
                self._take_pose(message, np.frombuffer(buffers[0].buffer, np.float64).reshape(len(LANDMARKS), 3))
        for wish in self._wishes:
            supervisor.ask(wish)
        self._wishes.clear()
        self._take_pictures()
        self._show_texts(now_s)
        dpg.render_dearpygui_frame()
        self.frames_drawn += 1
        drawn_s = time.monotonic()
        self.latencies_s.extend(drawn_s - stamp_s for stamp_s in self._unshown)
        self._unshown.clear()
        return bool(dpg.is_dearpygui_running())

    def _take_pictures(self) -> None:
        assert self._pictures is not None
        newest = None
        while (received := self._pictures.receive(0.0)) is not None:
            newest = received
        if newest is None or not isinstance(newest.message, Frame):
            return
        message = newest.message
        picture = np.frombuffer(newest.buffers[0].buffer, np.uint8)
        picture = picture.reshape(message.height_px, message.width_px, 3)
        self._frames[message.frame] = overlay.small_copy(picture, PICTURE_W, PICTURE_H)
        while len(self._frames) > FRAMES_KEPT:
            self._frames.popitem(last=False)

    def _take_pose(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> None:
        kept = self._frames.get(pose.frame)
        if kept is None or pose.frame <= self._shown_frame:
            return
        self._shown_frame = pose.frame
        small, scale = kept
        view = self.model.gait.view if self.model.gait else "unknown"
        left = landmarks[:4:2, 0].sum()
        right = landmarks[1:4:2, 0].sum()
        swapped = (view == "posterior" and left > right) or (view == "anterior" and left < right)
        overlay.draw(small, landmarks, scale, swapped)
        np.multiply(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value("picture", self._texture)

    def _show_texts(self, now_s: float) -> None:
        model = self.model
        for side in SIDES:
            card = model.card(side)
            self._set(f"{side}-value", card.value)
            self._set(f"{side}-interval", card.interval or "interval not known yet")
            self._set(f"{side}-words", card.words)
            dpg.configure_item(
                f"{side}-words", color=theme.WARN if card.judgement in ("above", "below") else theme.TEXT
            )
            self._scale(side, card.mean)
        self._set("status", model.status_words())
        self._set("advice", model.advice())
        self._set("target", f"Pelvic drop at midstance, rolling mean · {model.target_words()}")
        self._set("cue", model.cue_words())
        self._set("symmetry", f"Symmetry {model.symmetry_words()}")
        self._set("cadence", f"Cadence {model.cadence_words()}")
        for metric, name in SECOND_METRICS:
            left, right = model.card("left", metric), model.card("right", metric)
            self._set(f"second-{metric}", f"{name}\nL {left.value}   R {right.value}")
        self._set("session", f"Time {model.time_words()}     Stances {model.stances}")
        self._set("sound", model.sound_words())
        self._set("record", model.record_words())
        for stage, well, words in model.health_rows(topology.STAGES, now_s):
            self._set(f"health-{stage}", f"{'●' if well else '▲'} {stage}: {words}")
            dpg.configure_item(f"health-{stage}", color=theme.QUIET if well else theme.WARN)
        if now_s >= self._plot_at_s:
            self._plot_at_s = now_s + PLOT_S
            self._show_plot()

    @staticmethod
    def _set(tag: str, text: str) -> None:
        if dpg.get_value(tag) != text:
            dpg.set_value(tag, text)

    def _scale(self, side: Side, mean: float | None) -> None:
        """The number on a line with its target zone."""
        tag = f"{side}-scale"
        dpg.delete_item(tag, children_only=True)
        width = SCALE_W - 10
        at = lambda deg: (deg - SCALE_DEG[0]) / (SCALE_DEG[1] - SCALE_DEG[0]) * width  # noqa: E731
        low, high = self.model.target()
        dpg.draw_rectangle((0, 12), (width, 22), fill=(70, 74, 82), color=(70, 74, 82), parent=tag)
        if low is not None or high is not None:
            start = max(0.0, at(low if low is not None else SCALE_DEG[0]))
            end = min(float(width), at(high if high is not None else SCALE_DEG[1]))
            dpg.draw_rectangle((start, 12), (end, 22), fill=(120, 150, 130), color=(120, 150, 130), parent=tag)
        if mean is not None:
            x = float(np.clip(at(mean), 4, width - 4))
            colour = theme.LEFT if side == "left" else theme.RIGHT
            dpg.draw_triangle((x, 10), (x - 9, -2), (x + 9, -2), fill=colour, color=colour, parent=tag)
            dpg.draw_line((x, 8), (x, 26), color=colour, thickness=4, parent=tag)

    def _show_plot(self) -> None:
        newest = self.model.gait.time_s if self.model.gait else 0.0
        for side in SIDES:
            times_s, values = self.model.history(side)
            dpg.set_value(f"plot-{side}", [times_s, values])
            dpg.set_value(f"plot-{side}-dots", [times_s, values])
        dpg.set_axis_limits("plot-x", max(0.0, newest - HISTORY_S), max(newest, 20.0))

    def screenshot(self, path: str) -> None:
        """Write what the window shows to a PNG with its next frame."""
        dpg.output_frame_buffer(path)
        dpg.render_dearpygui_frame()

    def close(self) -> None:
        if self._pictures is not None:
            self._pictures.close()
        if self._context is not None:
            self._context.term()
        dpg.destroy_context()
