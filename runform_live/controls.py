"""What the stages of a live run are asked to do: one structure for each request.

A person asks by a key, a button or in the clinician's window; the supervisor asks when it starts, ends or repairs the run. All requests
travel under one topic, `control`, and each goes to every stage. A stage does those that concern it, in `control` of its `process.py`.
"""

from __future__ import annotations

from runform_live.messages import Band, DecidedView, Feedback, Message, TargetFrom

TOPIC = "control"
ENDED_FROM_OUTSIDE = "the program was ended from outside"  # why a stage stops when the main process is gone


class Request(Message, frozen=True):
    """Base of all requests."""

    @property
    def topic(self) -> str:
        return TOPIC


# -- beginning and end, asked by the supervisor or a person ------------------------------------------------------------


class Start(Request, frozen=True, tag="start"):
    """All stages are ready: open the source."""


class Stop(Request, frozen=True, tag="stop"):
    """End the run. It is repeated until capture has ended. reason: empty where a person asked."""

    reason: str = ""


class Finish(Request, frozen=True, tag="finish"):
    """Nothing more will come: send what is left, and end."""

    stage: str = ""  # the one that is meant; empty: all

    def is_for(self, stage: str) -> bool:
        return self.stage in ("", stage)


class StageRestarted(Request, frozen=True, tag="stage_restarted"):
    """A stage was replaced."""

    stage: str
    reason: str = ""

    @property
    def words(self) -> str:
        """As it stands among the events of the session."""
        return f"the {self.stage} stage was started anew: {self.reason}"


# -- the run -----------------------------------------------------------------------------------------------------------


class SetPaused(Request, frozen=True, tag="set_paused"):
    """A person pauses the run by hand, or goes on."""

    paused: bool


class SetRecording(Request, frozen=True, tag="set_recording"):
    """Record the video from now on, or no more of it."""

    recording: bool


class Calibrate(Request, frozen=True, tag="calibrate"):
    """The runner will stand still now: take the level line from that."""


class SetView(Request, frozen=True, tag="set_view"):
    """The person says where the camera is."""

    view: DecidedView


class EndGuide(Request, frozen=True, tag="end_guide"):
    """The guide through camera placement is over."""

    left_open: str = ""  # what was not right yet, in words; empty: all was right


class AddNote(Request, frozen=True, tag="add_note"):
    """Keep a note with the session."""

    text: str
    at_s: float | None = None  # time of the session that it is about; None: now


# -- coaching ----------------------------------------------------------------------------------------------------------


class SetMuted(Request, frozen=True, tag="set_muted"):
    """Sound off, or on again."""

    muted: bool


class SetVolume(Request, frozen=True, tag="set_volume"):
    """How loud sounds are."""

    volume: float  # 0..1


class PlayTestSound(Request, frozen=True, tag="play_test_sound"):
    """Play the sounds of a cue once."""


class SetTargets(Request, frozen=True, tag="set_targets"):
    """Measure the run against other targets."""

    source: TargetFrom
    bands: dict[str, Band]  # metric -> band; a baseline takes only the name of the first metric
    words: str = ""  # the choice as the person read it


class Train(Request, frozen=True, tag="train"):
    """Train another metric: the large numbers, the tones and a baseline target are about it."""

    metric: str
    words: str = ""  # its name as the person read it


class SetFeedback(Request, frozen=True, tag="set_feedback"):
    """Give feedback in another way."""

    feedback: Feedback
    words: str = ""  # the choice as the person read it


class MarkBlock(Request, frozen=True, tag="mark_block"):
    """Begin a block of the run by hand, or end it."""

    feedback: bool | None  # whether the new block has feedback; None: the block ends
    at_s: float | None = None  # time of the session that is meant; None: now


# -- a window ----------------------------------------------------------------------------------------------------------


class SendEverything(Request, frozen=True, tag="send_everything"):
    """The clinician's window opened late or missed something: the main process sends it the whole run so far."""


Control = (
    Start
    | Stop
    | Finish
    | StageRestarted
    | SetPaused
    | SetRecording
    | Calibrate
    | SetView
    | EndGuide
    | AddNote
    | SetMuted
    | SetVolume
    | PlayTestSound
    | SetTargets
    | Train
    | SetFeedback
    | MarkBlock
    | SendEverything
)
