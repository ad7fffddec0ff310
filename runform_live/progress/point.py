"""One session among those of a client, and whether two of them can be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from runform_live.gait.body_size import IN_CM
from runform_live.messages import VIEW_UNSURE, Band, Gait
from runform_live.metrics import PELVIS_ANGLES
from runform_live.quantities import CADENCE
from runform_live.session.figures import Summary
from runform_live.session.schema import SessionInfo

if TYPE_CHECKING:
    from runform_live.session.reader import Session

# Why two means cannot be compared: first reasons of whole sessions, then of one metric (no level line, too few stances, no value, unknown error).
Reason = Literal["person", "gait", "view", "sides", "network", "line", "height", "few", "unknown", "level", "error"]
OF_ALL: frozenset[Reason] = frozenset({"person", "gait"})  # nothing can be compared
OF_ANGLES: frozenset[Reason] = frozenset(
    {"view", "sides", "network"}
)  # all but the cadence, which no network and no view makes wrong
OF_LEVELLED: frozenset[Reason] = frozenset({"line"})  # these keep apart what is read from the pelvis line
OF_CENTIMETRES: frozenset[Reason] = frozenset({"height"})


@dataclass(frozen=True, slots=True)
class Point:
    """One session of a client. name: of its folder; may be empty. ran_s: seconds of running, without pauses; None if not known."""

    info: SessionInfo
    summary: Summary
    name: str = ""
    ran_s: float | None = None

    @property
    def moment(self) -> datetime:
        return self.info.moment()

    @property
    def gait(self) -> Gait:
        return self.summary.gait

    @property
    def bands(self) -> dict[str, Band]:
        """The target band of each metric that has one in this gait."""
        return self.info.for_gait(self.gait).bands()

    @property
    def sides_are_sure(self) -> bool:
        """Whether left and right are certain: the view was decided."""
        return VIEW_UNSURE not in self.summary.flags and self.summary.view in ("posterior", "anterior")


def of_session(session: Session) -> Point:
    """A session as it is compared with others, under the name of its folder."""
    return Point(session.info, session.summary, session.folder.resolve().name)


def walking_point(point: Point) -> Point | None:
    """The session with the figures of its walking; None where nobody walked."""
    walking = point.summary.walking
    if walking is None:
        return point if point.gait == "walk" else None
    return replace(point, summary=walking)


def apart(before: Point, after: Point) -> tuple[Reason, ...]:
    """What differs between the two sessions besides the way of running."""
    first, then = before.info, after.info
    networks = [(info.model.sha256, info.model.detail_sha256) for info in (first, then)]
    heights = first.person_height_m, then.person_height_m
    differs: dict[Reason, bool] = {
        "person": are_two_people(first, then),
        "gait": before.gait != after.gait,
        "view": before.summary.view != after.summary.view,
        "sides": not (before.sides_are_sure and after.sides_are_sure),
        "network": networks[0] != networks[1],
        "line": first.model.pelvis_line != then.model.pelvis_line,
        "height": None not in heights and heights[0] != heights[1],
    }
    return tuple(reason for reason, one in differs.items() if one)


def withholding(reasons: tuple[Reason, ...], metric: str) -> tuple[Reason, ...]:
    """Those of the reasons that forbid a comparison of this metric."""
    withheld = set(OF_ALL)
    if metric != CADENCE:
        withheld |= OF_ANGLES
    if metric in PELVIS_ANGLES:
        withheld |= OF_LEVELLED
    if metric in IN_CM:
        withheld |= OF_CENTIMETRES
    return tuple(reason for reason in reasons if reason in withheld)


def are_two_people(first: SessionInfo, then: SessionInfo) -> bool:
    """Whether the sessions are of two clients, as far as both say whose they are. A pseudonym may have been changed in between."""
    if first.person_id and then.person_id:
        return first.person_id != then.person_id
    return bool(first.person and then.person and first.person != then.person)
