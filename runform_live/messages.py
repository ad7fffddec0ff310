"""What travels between stages: frozen, typed, versioned. Units stand in the names; unknown is NaN or None, never 0."""

from __future__ import annotations

import math
from collections.abc import Sequence, Sized
from typing import Annotated, Literal

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta

from runform_live.camera_motion import STILL, CameraMotion
from runform_live.metrics import GAITS as GAITS
from runform_live.metrics import MAIN_METRIC
from runform_live.metrics import Gait as Gait

SCHEMA_VERSION = 1

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
View = Literal["posterior", "anterior", "side", "unknown"]
DecidedView = Literal["posterior", "anterior"]
VIEW_UNSURE = "view_unsure"  # flag: left and right may be exchanged
FEET_CUT_OFF = "feet_cut_off"  # flag: the feet are outside the picture
WALKING = "walking"  # flag: the main gait of the session is walking
Activity = Literal["nobody", "standing", "running", "walking", "moving"]
RunPhase = Literal["before", "running", "paused"]
FeedbackMode = Literal["bandwidth", "faded", "constant", "summary", "off"]
Picture = npt.NDArray[np.uint8]  # (height, width, 3), BGR, as a player shows it
Degrees = Annotated[float, Meta(ge=-90, le=90)]
Part = Literal["warm_up", "training", "retention"]  # of a planned session
BodyPart = Literal[
    "shoulders", "hips", "knees", "feet", "side"
]  # "side": a half of the body, beyond the left or right edge
BODY_PARTS: tuple[BodyPart, ...] = ("shoulders", "hips", "knees", "feet", "side")
TargetFrom = Literal["settings", "baseline", "none", "chosen"]  # "chosen": set in the window

# Canonical landmark order of every pose array. "left" and "right" are the runner's own.
LANDMARKS: tuple[str, ...] = (
    *(
        f"{side}_{joint}"
        for joint in ("shoulder", "hip", "psis", "asis", "trochanter", "knee", "ankle", "heel", "toe")
        for side in ("left", "right")
    ),
    "c7",
)
INDEX: dict[str, int] = {name: index for index, name in enumerate(LANDMARKS)}

WHOLE_TURN = (1.0, 1.0)  # share of a pelvic turn that the landmarks show: all of it, from behind and from in front


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Base of all that travels; `seq` counts up by one per sender and kind, so a gap is visible."""

    seq: int = 0

    @property
    def topic(self) -> str:
        """Under which it travels."""
        return str(self.__struct_config__.tag)

    def fits(self, payloads: Sequence[Sized]) -> bool:  # noqa: ARG002
        """Whether it can travel with these payloads beside it. Most messages need none."""
        return True


class Frame(Message, frozen=True, tag="frame"):
    """One picture; its pixels (height, width, 3, BGR, uint8) travel beside it as a buffer."""

    frame: int
    time_s: float
    stamp_s: float  # monotonic clock of this machine when the picture was there
    height_px: int
    width_px: int
    scale: float = 1.0  # of the picture beside it, against the source's; smaller where it is only to be shown

    @staticmethod
    def of(picture: Picture, frame: int, time_s: float, stamp_s: float = 0.0) -> Frame:
        """The header of a picture."""
        return Frame(frame=frame, time_s=time_s, stamp_s=stamp_s, height_px=picture.shape[0], width_px=picture.shape[1])

    def fits(self, payloads: Sequence[Sized]) -> bool:
        """Whether the pixels beside it are as many as it says."""
        height_px, width_px = self.height_px, self.width_px
        return bool(payloads) and min(height_px, width_px) > 0 and len(payloads[0]) == height_px * width_px * 3

    def picture(self, payload: memoryview) -> Picture:
        """The pixels that travelled beside it, not copied."""
        return np.frombuffer(payload, np.uint8).reshape(self.height_px, self.width_px, 3)


class FrameAgain(Frame, frozen=True, tag="repeated_frame"):
    """A frame once more, for a recorder that was started anew and has not got it.

    Its tag does not begin like that of a frame: who asks for the topic "frame" gets all topics that begin so.
    """


class SourceState(Message, frozen=True, tag="source"):
    """What the camera or file is doing."""

    state: Literal["open", "lost", "ended", "failed"]
    text: str
    frame_rate_hz: float | None = None
    height_px: int | None = None
    width_px: int | None = None
    frames: int = 0
    flags: tuple[str, ...] = ()  # of a file that ended: what was wrong with it
    repaired: dict[str, int] = {}  # and how much of its clock was: restarts, guessed, left_out


class Standing(msgspec.Struct, frozen=True):
    """A stand that goes on: since when somebody stands quietly, and until when that is certain (s, of the session)."""

    from_s: float
    until_s: float

    @property
    def is_enough(self) -> bool:
        """Whether it is long enough for a first level line. Without a line of standing, a true asymmetry is lost.

        Within 8 s, a man who steps in place with small steps was once taken for one who stands with 1.0 s, and never with 1.1 s.
        """
        return self.until_s - self.from_s > 1.1 - 1e-6

    @property
    def replaces(self) -> bool:
        """Whether it is long enough to replace the line of an earlier one: most of the 2 s that a person is asked for."""
        return self.until_s - self.from_s > 1.7 - 1e-6


class FlowLevel(msgspec.Struct, frozen=True):
    """Which tilt of the hip line (deg, clockwise in the picture) is level for a runner in motion, by the optical flow since a stand."""

    tilt_deg: float
    weight: float  # 0..1; the rest is the weight of the level line that the stand gave
    look_deg: float | None = None  # the same tilt by the look at this frame alone; None where there was none


class Instrument(msgspec.Struct, frozen=True):
    """What found the landmarks of a frame, and what its landmarks mean."""

    network: str = ""  # its name
    names_sides: bool = True  # "left" is the runner's own left as far as the network knows, not the picture's
    reports_sigma: bool = True  # the network gives its own sigma for each frame, not one figure for all
    marked: bool = False  # the PSIS are stickers, and the pelvis line is the line through them
    # Share of a pelvic turn that the landmarks show: from behind, in front
    turn_share: tuple[float, float] = WHOLE_TURN


class Pose(Message, frozen=True, tag="pose"):
    """Landmarks of the runner in one frame; the array (landmarks, 3: x_px, y_px, sigma_px) travels beside it."""

    frame: int
    time_s: float
    stamp_s: float
    found: bool
    detected: bool  # the detector ran on this frame
    brightness: float  # mean of the region of interest, 0..1
    cut_off: bool  # the person reaches out of the picture
    parts_out: tuple[BodyPart, ...] = ()  # of the body that the picture does not show; their landmarks are unknown
    instrument: Instrument = Instrument()
    behind: float = math.nan  # the precise network's probability that it sees a back, 0..1; NaN: it does not say
    behind_by_general: float = math.nan  # the same by the general network, which looks at some of the frames
    standing: Standing | None = None  # the stand that goes on
    flow_level: FlowLevel | None = None  # None without a picture of a stand
    camera: CameraMotion = STILL
    runner_brightness: float = math.nan  # of the brighter parts of trunk and legs, 0..1
    long_side_px: int | None = None  # the longer side of the picture; None: it is not said
    # The picture is the one before once more: the landmarks are unknown, though the runner is followed
    repeated: bool = False

    def fits(self, payloads: Sequence[Sized]) -> bool:
        """Whether the array beside it is one of landmarks."""
        return bool(payloads) and len(payloads[0]) == len(LANDMARKS) * 3 * np.dtype(np.float64).itemsize

    @staticmethod
    def landmarks(payload: memoryview) -> npt.NDArray[np.float64]:
        """The array that travelled beside it, not copied."""
        return np.frombuffer(payload, np.float64).reshape(len(LANDMARKS), 3)


class Naming(msgspec.Struct, frozen=True):
    """How left and right are named. Another view of the same runner means that they were exchanged since `since_s`."""

    view: View  # by which they are named
    unsure: bool = False  # it is only the likelier one
    number: int = 0  # counts the changes of the view
    since_s: float = 0.0  # stances before this time were seen from another place, and their names hold
    turn_share: tuple[float, float] = WHOLE_TURN  # as in Instrument
    behind: float | None = None  # probability of a view from behind, 0..1; None: a person said the view


class Stance(Message, frozen=True, tag="stance"):
    """One stance phase, as a row of stances.csv; None is unknown."""

    side: Side
    initial_contact_s: float
    midstance_s: float
    toe_off_s: float
    pelvic_drop_mid_deg: float | None
    pelvic_drop_peak_deg: float | None
    hip_adduction_mid_deg: float | None
    hip_adduction_peak_deg: float | None
    knee_valgus_mid_deg: float | None
    knee_valgus_peak_deg: float | None
    trunk_lean_mid_deg: float | None
    # None: the feet were not seen; then the rhythm gives initial contact and toe off. In walking it is the usual share of the stride at that cadence
    contact_time_s: float | None
    step_width_hip: float | None
    quality: float
    pelvis_sigma_deg: float | None = None  # the network's own doubt of the pelvis line in this stance
    # What the level line took from the drop, the adduction and the lean. Added again, it gives the angle as the picture shows it: two of
    # them can be compared, whatever was taken for level in between.
    drop_level_deg: float | None = None
    adduction_level_deg: float | None = None
    lean_level_deg: float | None = None
    # What it would have taken from the drop by the optical flow of the step before alone, which knows no landmarks.
    drop_flow_deg: float | None = None
    # How often, until this stance, the camera had come to look from elsewhere, the view had become unsure, and the runner had been away.
    camera_moves: int = 0
    view_doubts: int = 0
    absences: int = 0
    # How far the trunk fell from its highest point before this stance to its lowest one in it, in trunk lengths.
    oscillation_trunk: float | None = None
    gait: Gait = "run"
    double_support_s: float | None = None  # in walking: from this initial contact to the toe off of the other foot
    contact_sigma_s: float | None = None  # standard error of this contact time
    # From how far above the runner's hips the camera looks at them (None: only what is usual tells it), and the standard deviation of that
    camera_elevation_deg: float | None = None
    camera_elevation_sd_deg: float | None = None
    # How far the camera stood to the side of the runner's heading, and the standard deviation of that; None: the strides do not tell
    camera_angle_deg: float | None = None
    camera_angle_sd_deg: float | None = None
    stamp_s: float = 0.0  # of the frame that completed this stance
    naming: Naming | None = None  # None: by the view of the session that it was read from


class BodyShares(msgspec.Struct, frozen=True):
    """Of somebody who stood still: lengths as shares of the distance from the middle of the ankles to that of the shoulders."""

    hip_width: Annotated[float, Meta(gt=0, le=10)]
    trunk: Annotated[float, Meta(gt=0, le=10)]


class GaitState(Message, frozen=True, tag="gait"):
    """Where the gait stage is: what a person needs to know between stances."""

    time_s: float
    stamp_s: float
    activity: Activity
    view: View
    calibrated: bool
    level_deg: float | None
    level_sd_deg: float | None  # of the level line itself, as far as the standing shows it
    cadence_spm: float | None
    flags: tuple[str, ...] = ()
    upright_deg: float | None = None  # in the picture, clockwise, of somebody who stands
    phase: RunPhase = "before"  # of the run as a whole
    phase_since_s: float = 0.0
    ran_s: float = 0.0  # without the pauses
    naming: Naming | None = None  # of the stances so far; None before the view is decided
    body: BodyShares | None = None  # of the newest stand; None: nobody stood yet


class Cue(Message, frozen=True, tag="cue"):
    """A cue that was given."""

    time_s: float
    text: str
    reason: str
    metric: str
    side: Side | None
    audible: bool
    latency_s: float | None


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target: from `low` to `high` in the metric's unit; None is open."""

    low: Degrees | None = None
    high: Degrees | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked for."""
        return self.low is None and self.high is None

    @property
    def ends(self) -> tuple[float | None, float | None]:
        return self.low, self.high


class Feedback(msgspec.Struct, frozen=True):
    """How feedback is given."""

    mode: FeedbackMode = "bandwidth"
    stance_tones: bool = False  # a tone for each stance
    metronome_percent: float | None = None  # above the runner's own cadence; None: no metronome


class MarkedBlock(msgspec.Struct, frozen=True):
    """A block of the run that a person began or ended by hand."""

    feedback: bool | None  # with or without it; None: the block ended, and the settings decide again
    since_s: float  # session time


class AtBlock(msgspec.Struct, frozen=True):
    """Where a runner is in a planned session. part: None once the session is over."""

    part: Part | None
    feedback: bool  # as planned here; `CoachState.gives_feedback` says whether it is given
    number: int  # of the block, from 1
    blocks: int  # how many there are
    left_s: float  # of running, until this block ends
    ran_s: float  # of running in this session, earlier recordings of it included
    length_s: float  # of the session

    @property
    def over(self) -> bool:
        return self.part is None


class CoachState(Message, frozen=True, tag="coach"):
    """Whether cues can be heard."""

    muted: bool
    sound: str  # empty: works; else why not
    targets: dict[str, Band] = {}  # metric -> band
    target_from: TargetFrom = "settings"
    target_gait: Gait = "run"  # that targets, cues, tones and the first minute are of
    volume: float = 1.0  # 0..1
    gives_feedback: bool = True  # at this moment of the run
    feedback: Feedback = Feedback()  # how it is given
    trained: str = MAIN_METRIC  # what the large numbers and the tones are about
    trouble: str = ""  # with the language or the cues; the run goes on without
    # The first minute, which changes are told against: first contact to last toe off (s); None while it is not over.
    reference_s: tuple[float, float] | None = None
    reference_left_s: float = 60.0  # of running, until it is over
    marked: MarkedBlock | None = None  # the last one that was begun or ended by hand; None: none was
    block: AtBlock | None = None  # of the planned session; None: a free run

    @property
    def in_marked(self) -> bool:
        """Whether a block that was begun by hand runs."""
        return self.marked is not None and self.marked.feedback is not None


class Health(Message, frozen=True, tag="health"):
    """Heartbeat of one stage."""

    stage: str
    pid: int
    handled: int
    dropped: int
    rate_hz: float
    lag_ms: float
    state: str
    memory_mib: float


# Of a recording: why it has stopped ("stopped": for another reason). "not_kept": it goes on, but other files are not taken.
TroubleKind = Literal["", "disk_full", "not_writable", "stopped", "not_kept"]


class Recorder(Message, frozen=True, tag="recorder"):
    """What the recorder took and could not take."""

    frame: int
    recorded: int
    not_taken: int
    folder: str
    trouble: str = ""
    trouble_kind: TroubleKind = ""
    kept_until_s: float = (
        -1.0
    )  # frames up to this time (of the session) are in the file, whatever happens to the recorder
    closing: bool = False  # the last files are being written: no heartbeat until they are there
    asks_again: bool = False  # the recorder was started anew: it wants the frames after kept_until_s once more


class Person(msgspec.Struct, frozen=True):
    """The client whose session it is."""

    id: str  # stays the same for good
    pseudonym: str  # as it is at the moment
    height_m: float | None = None  # without shoes, as somebody said it


PainScore = Annotated[int, Meta(ge=0, le=10)]  # 0: none, 10: the worst that one can imagine


class Prescribed(msgspec.Struct, frozen=True):
    """The session of a retraining programme that a run is, or the part of it that was still to be run."""

    programme: Annotated[str, Meta(pattern=r"^[\w-]{1,60}\Z")]  # its name
    number: Annotated[int, Meta(ge=1, le=100)]  # of the session, from 1
    ran_before_s: Annotated[float, Meta(ge=0, le=1e6)] = 0.0  # of running, in earlier recordings of the same session
    # Which enrolment of the client it belongs to: one may follow a programme a second time. None: nobody was enrolled.
    enrolment: Annotated[str, Meta(pattern=r"^[0-9a-f-]{1,36}\Z")] | None = None


class StageState(Message, frozen=True, tag="state"):
    """All that a successor of this stage would need; the state itself travels beside it as bytes."""

    stage: str
    control_seq: int  # of the newest control that the state contains

    def fits(self, payloads: Sequence[Sized]) -> bool:
        """Whether there is a state beside it."""
        return bool(payloads)


class CaughtUp(Message, frozen=True, tag="caught_up"):
    """All that a stage which was started anew has missed has been repeated."""

    stage: str


class RunState(Message, frozen=True, tag="run"):
    """What only the main process knows of the run, for a window in another process."""

    ends_in_s: float | None  # until a run that has stopped ends by itself; None: it does not
    ending: bool  # the session is being saved


class SoFar(Message, frozen=True, tag="so_far"):
    """All that a window that opens late must know; the messages travel beside it, as `runform_live.runtime.run_so_far` packs them."""

    def fits(self, payloads: Sequence[Sized]) -> bool:
        """Whether there are messages beside it."""
        return bool(payloads)


class End(Message, frozen=True, tag="end"):
    """The sender has sent all it had."""

    stage: str


# What the stages and the main process tell. What they are asked to do is in `controls.py`.
StageMessage = (
    Frame
    | FrameAgain
    | SourceState
    | Pose
    | Stance
    | GaitState
    | Cue
    | CoachState
    | Health
    | Recorder
    | End
    | StageState
    | CaughtUp
    | RunState
    | SoFar
)
