"""Landmarks in, stances out, live and offline alike.

A stance is reported once its toe off is smoothed. The first ones of a run wait until it is sure that it is a run, from where it is seen and
what is level.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR
from runform_live.gait import crossing, events
from runform_live.gait.crossing import Crossing
from runform_live.gait.height import CameraHeight, Elevation, HeightState, contact_of, with_elevation
from runform_live.gait.level import LOOKS_BACK_S, STRIDES_FOR_LEVEL, Level, LevelLine, LevelState
from runform_live.gait.oblique import CameraAngle, ObliqueState, ObliqueView
from runform_live.gait.oblique_signs import signs_of as oblique_signs_of
from runform_live.gait.row import Step
from runform_live.gait.signals import FRONTALITY
from runform_live.gait.stance import Stances, StancesState
from runform_live.gait.steps import Steps
from runform_live.gait.steps_state import StepsState
from runform_live.gait.view import ViewEstimate, ViewState
from runform_live.gait.view_signs import signs_of
from runform_live.gait.window import Window, WindowState
from runform_live.messages import DecidedView, Gait, Instrument, Naming, Pose, Stance, View

FORGETTING_S = 1.0  # a stance that waits is reported so long before the window forgets its frames
# After a stance: feet that have not told by then whose step it was do not come into the picture for it any more. A walk tells in 5 s.
LEGS_TOLD_S = 10.0
SEEN_S = 0.5  # of frames that say whether a person is seen, and from the side


class SegmenterState(msgspec.Struct, frozen=True):
    """A segmenter written down, part by part."""

    window: WindowState
    steps: StepsState
    view: ViewState
    level: LevelState
    stances: StancesState
    oblique: ObliqueState
    height: HeightState
    long_side_px: int | None
    crossing: Crossing
    instrument: Instrument
    gaits: frozenset[Gait]


class GaitSegmenter:
    """Joins window, steps, view, level line and stances; `push` one frame after the other, `flush` at the end."""

    __slots__ = (
        "_crossing",
        "_gaits",
        "_height",
        "_instrument",
        "_level",
        "_long_side_px",
        "_oblique",
        "_stances",
        "_steps",
        "_view",
        "_window",
    )

    def __init__(
        self, view: View = "unknown", state: SegmenterState | None = None, camera_height_cm: float | None = None
    ) -> None:
        """view: where it is known; "unknown" finds it. state: of a predecessor, to go on from; its view holds then.

        camera_height_cm: of the lens above the belt, where a person said it.
        """
        self._window = Window(state.window if state else None)
        self._steps = Steps(state.steps if state else None)
        self._view = ViewEstimate(view, state.view if state else None)
        self._level = LevelLine(state.level if state else None)
        self._stances = Stances(state.stances if state else None)
        self._oblique = ObliqueView(state.oblique if state else None)
        self._height = CameraHeight(camera_height_cm, state.height if state else None)
        self._long_side_px = state.long_side_px if state else None  # of the picture
        self._crossing = state.crossing if state else Crossing()
        self._instrument = state.instrument if state else Instrument()
        self._gaits = state.gaits if state else frozenset[Gait]()

    def state(self) -> SegmenterState:
        """All that a successor needs to go on exactly from here."""
        window = self._window
        stand_s, steps_s = window.now_s - LOOKS_BACK_S, self._steps.first_needed_s(window.smoothed_until_s)
        return SegmenterState(
            window=window.state(min(stand_s, steps_s)),
            steps=self._steps.state(),
            view=self._view.state(),
            level=self._level.state(),
            stances=self._stances.state(),
            oblique=self._oblique.state(),
            height=self._height.state(),
            long_side_px=self._long_side_px,
            crossing=self._crossing,
            instrument=self._instrument,
            gaits=self._gaits,
        )

    # -- what a person may ask ------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The view as far as it is known; "side" while the person is seen from the side."""
        return "side" if self.frontality < FRONTAL_FLOOR else self._view.view

    @property
    def naming(self) -> Naming | None:
        """How left and right are named now; None before the view is decided."""
        view = self._view
        if view.view == "unknown":
            return None
        return Naming(
            view.view, view.unsure, view.number, view.since_s, self._instrument.turn_share, view.probability_behind
        )

    @property
    def level(self) -> Level | None:
        """The level line of standing, else that of the last strides, else None."""
        return self._level.level()

    @property
    def standing(self) -> bool:
        return self._level.standing

    @property
    def running(self) -> bool:
        return self._steps.runs(self._window.now_s)

    @property
    def walking(self) -> bool:
        return self._steps.walks(self._window.now_s)

    @property
    def only_walked(self) -> bool:
        """Whether all stances so far are of walking; False where there was none."""
        return self._gaits == {"walk"}

    @property
    def camera_angle(self) -> CameraAngle:
        """How far the camera stands to the side of the runner's heading, as far as it is known."""
        return self._oblique.camera

    @property
    def oblique(self) -> bool:
        """Whether the camera stood so far to the side that many stances lack some angles, or would lack them if there were any."""
        return self._oblique.withholds_much or (self._crossing.oblique and not self._oblique.measured_enough)

    @property
    def not_at_hip_height(self) -> bool:
        """Whether many stances were seen from far above or below the hips."""
        return self._height.often_far

    @property
    def elevation(self) -> Elevation:
        """From how far above the hips the camera looks at them."""
        return self._height.elevation

    @property
    def slowed(self) -> bool:
        """Whether somebody runs in slow motion."""
        return self._steps.slowed

    @property
    def frontality(self) -> float:
        """Mean of shoulder width over trunk length in the last half second; NaN where nobody is seen."""
        now_s = self._window.now_s
        return self._window.raw_mean(FRONTALITY, now_s - SEEN_S, now_s)

    @property
    def cadence_spm(self) -> float:
        """Steps a minute over the last steps; NaN while nobody runs or walks."""
        return self._steps.cadence_spm(self._window.now_s)

    def calibrate(self) -> None:
        """Forget the level line of standing; the next stand gives it."""
        self._level.ask(self._window.now_s)

    def camera_elsewhere(self) -> None:
        """The camera looks from elsewhere: neither standing nor strides from before say what is level now."""
        now_s = self._window.now_s
        self._view.camera_elsewhere(now_s)
        seen_from_s = now_s + self._window.half_width_s  # the smoother reaches so far back
        self._oblique.camera_elsewhere(seen_from_s)
        self._height.camera_elsewhere(seen_from_s)
        self._steps.begin_rows()
        self._level.camera_elsewhere(now_s)
        self._stances.begin_curves()

    def somebody_is_back(self) -> None:
        """Somebody comes after an absence, and may be somebody else."""
        self._stances.begin_curves()

    def fix_view(self, view: DecidedView) -> None:
        """A person says from where the runner is seen: that holds until the camera looks from elsewhere."""
        self._view.fix(view)

    # -- frames ---------------------------------------------------------------------------------------------------

    def push(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> list[Stance]:
        """Take one frame's landmarks (landmarks, 3: x_px, y_px, sigma_px; NaN unknown); return the stances completed by it.

        Raises ValueError where time does not go forward.
        """
        instrument = self._instrument = pose.instrument
        self._long_side_px = pose.long_side_px or self._long_side_px
        flow = None if instrument.marked else pose.flow_level  # it is level for the hip line, not for the stickers
        flow_deg = None if flow is None else flow.look_deg
        back = None if instrument.names_sides else 2.0 * pose.behind - 1.0
        looked_deg = math.nan if flow_deg is None else flow_deg
        self._window.append(pose.time_s, landmarks, instrument.marked, back, looked_deg, pose.behind_by_general)
        if not self._oblique.measured_enough:
            self._crossing = crossing.after(self._crossing, pose.time_s, landmarks)
        self._follow(self._window.lag_s)
        if pose.standing is not None:
            for step in self._steps.stand(pose.standing.from_s, self._window):
                self._level.add_step(step, self._window)
        self._level.push(pose.standing, flow, self._window)
        self._close_steps()
        return self._report()

    def flush(self) -> list[Stance]:
        """The stances still held back at the end, with the view and the level line that there are."""
        self._follow(0.0)
        for step in self._steps.finish(self._window):
            self._level.add_step(step, self._window)
        self._close_steps(at_end=True)
        return self._report(at_end=True)

    def _follow(self, lag_s: float) -> None:
        """Smooth the frames that are lag_s old by now, and take the steps that they show."""
        for step in self._steps.push(self._window.smooth(lag_s), self._window):
            self._level.add_step(step, self._window)

    def _close_steps(self, at_end: bool = False) -> None:
        """Give their events to the steps of a run whose toe off is smoothed; the view hears what each stance says of it."""
        steps = self._steps
        for step in steps.open:
            # Times are found once, so that waiting does not change them.
            if not (step.row.is_run and events.find(step, self._window)):
                break
        while steps.open and steps.open[0].timed and (at_end or steps.is_settled(steps.open[0], self._window)):
            step = steps.open[0]
            if not (steps.close(step) and step.row.knows_legs):
                continue  # without the legs, its signs would be those of either one
            self._view.add_stance(signs_of(step, self._window, self._instrument))
            stride = oblique_signs_of(step, self._window, self._upright_deg)
            self._oblique.add_stride(stride, step.midstance_s - 2.0 * step.row.step_s)
            self._height.add_contact(
                step.leg, contact_of(step, self._window, self._long_side_px), step.initial_contact_s
            )

    @property
    def _upright_deg(self) -> float | None:
        """The upright of the picture by the level line; None where it is not known yet."""
        level = self._level.level(1)
        return None if level is None else level.upright_deg

    def _report(self, at_end: bool = False) -> list[Stance]:
        """The stances of all closed steps, once the view and the level line are known, or cannot be waited for."""
        closed = self._steps.closed
        while closed and not closed[0].row.knows_legs and self._window.now_s - closed[0].toe_off_s > LEGS_TOLD_S:
            closed.pop(0)  # else they wait for an angle of the camera that nothing tells
        if not closed:
            return []
        stances = list[Stance]()
        cannot_wait = at_end or self._forgets(closed[0])
        while closed:
            gait = closed[0].row.gait
            level = self._level.level(1 if at_end else STRIDES_FOR_LEVEL, gait)
            waits = self._view.view == "unknown" or level is None or self._oblique.waits
            if waits and not cannot_wait:
                break
            self._view.settle()
            reference, step = self._level.reference(level), closed.pop(0)
            # Without the feet nobody knows whose step it was, and the drop would have either sign.
            if not step.row.knows_legs:
                continue
            camera = self._oblique.camera
            self._oblique.count()
            self._height.count()
            stance = self._stances.measure(step, self._window, reference, self._instrument, self.naming, camera)
            stances.append(with_elevation(stance, self._height.elevation))
            self._gaits = self._gaits | {gait}
        return stances

    def _forgets(self, step: Step) -> bool:
        """Whether the window is about to forget the frames of a step."""
        window = self._window
        return window.has_forgotten and step.initial_contact_s < window.oldest_s + FORGETTING_S
