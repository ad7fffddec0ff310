"""What session.json says of a session that is being written: it is written anew when something worth it has changed."""

from __future__ import annotations

import math

import msgspec

from runform_live.capture.dates import Recorded
from runform_live.gait.one_level import calibrated_since
from runform_live.messages import BodyShares, CoachState, GaitState, Person, Prescribed, View
from runform_live.session.schema import Calibration, SessionInfo
from runform_live.session.writer import SessionWriter

# Flags that the record itself raises. The others are the gait stage's, which may take them back.
OWN_FLAGS = frozenset({"recording_stopped", "poses_incomplete", "video_cut_short", "clock_repaired"})


class KeptInfo:
    """The content of session.json, and what of it the file has."""

    def __init__(self, writer: SessionWriter, info: SessionInfo) -> None:
        self._writer = writer
        self.info = info
        self._written = _without_last_digits(info)

    def update(self, **changes: object) -> None:
        """Change fields of SessionInfo, and write the file if that makes a difference."""
        self.info = msgspec.structs.replace(self.info, **changes)
        worth_writing = _without_last_digits(self.info)
        if worth_writing != self._written:
            self._written = worth_writing
            self._writer.info(self.info)

    def played(self, frame_rate_hz: float | None, mirrored: bool) -> None:
        """How the source is played: at a rate that a person named, with mirrored pixels."""
        self.update(frame_rate_given_hz=frame_rate_hz, mirrored=mirrored)

    def of_person(self, person: Person | None) -> None:
        """Whose session it is; None: nobody was named."""
        if person is not None:
            self.update(person=person.pseudonym, person_id=person.id, person_height_m=person.height_m)

    def of_film(self, recorded: Recorded, again_of: str | None = None) -> None:
        """When the film was recorded: the session began then. again_of: id of the session that measured the same film before."""
        self.update(
            started=recorded.moment.isoformat(timespec="seconds"),
            date_from=recorded.date_from,
            measured=self.info.started,
            again_of=again_of,
        )

    def prescribed(self, programme: Prescribed | None, pain_before: int | None) -> None:
        """Which session of a programme it is (None: a free run), and the pain score before it (None: not known)."""
        self.update(programme=programme, pain_before=pain_before)

    def flag(self, word: str) -> None:
        """Something about the recording that the summary must say; one of OWN_FLAGS."""
        if word not in self.info.flags:
            self.update(flags=(*self.info.flags, word))

    def gait(self, state: GaitState, view: View | None) -> None:
        """The state of the gait stage. view: by which the stances are named; None: as the state says, where it is decided."""
        seen = state.view if state.view in ("posterior", "anterior") else self.info.view
        own = tuple(flag for flag in self.info.flags if flag in OWN_FLAGS)
        calibration = _calibration(state, self.info.calibration)
        self.update(view=view or seen, calibration=calibration, flags=(*state.flags, *own))

    def coach(self, state: CoachState) -> None:
        """The targets in force, and what is trained."""
        self.update(
            targets={metric: band.ends for metric, band in state.targets.items()},
            target_from=state.target_from,
            target_gait=state.target_gait,
            reference_s=state.reference_s or self.info.reference_s,  # the old one holds while a new one is watched
            trained_metric=state.trained,
        )


def _without_last_digits(info: SessionInfo) -> SessionInfo:
    """The same with a coarse level line: its last digits change with every step and are not worth writing the file."""
    level = info.calibration
    coarse = msgspec.structs.replace(
        level, level_deg=_rounded(level.level_deg, 1), level_sd_deg=_rounded(level.level_sd_deg, 1)
    )
    return msgspec.structs.replace(info, calibration=coarse)


def _calibration(state: GaitState, before: Calibration) -> Calibration:
    from_s = calibrated_since(state, before.calibrated, before.from_s)
    level = _rounded(state.level_deg), _rounded(state.level_sd_deg)
    return Calibration(state.calibrated, *level, _rounded(from_s), _few_digits(state.body) or before.body)


def _few_digits(seen: BodyShares | None) -> BodyShares | None:
    """The body of the newest stand. Its last digits change with every frame of a stand that goes on."""
    return None if seen is None else BodyShares(round(seen.hip_width, 3), round(seen.trunk, 3))


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return round(value, digits) if value is not None and math.isfinite(value) else None
