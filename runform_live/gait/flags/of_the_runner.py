"""Flags of the runner in the picture: seen from the side, left and right unsure, cut off, small, the pelvis hidden, nobody there."""

from __future__ import annotations

from typing import ClassVar, Literal

from runform_live.body import FRONTAL_FLOOR, trunk_px
from runform_live.gait.flags.flag import Flag, KnownOfTheRun, Seen
from runform_live.gait.uncertainty.sigma import UNCLEAR_SIGMA_DEG, pelvis_sigma_deg
from runform_live.messages import FEET_CUT_OFF, VIEW_UNSURE, Pose, Stance

JUDGE_AFTER_S = 1.0  # of a runner who is seen: before, a share of the pictures says nothing

SIDE_ON_S = 0.7


class WrongView(Flag):
    """The runner is seen from the side."""

    side_on_s: float = 0.0

    def see(self, seen: Seen) -> None:
        if seen.pose.found and seen.frontality < FRONTAL_FLOOR:
            self.side_on_s += seen.passed_s

    def raised(self) -> str:
        return "wrong_view" if self.side_on_s >= SIDE_ON_S else ""


class SeenObliquely(Flag):
    """The camera stood to the side of the runner's heading (gait/oblique.py) in so many stances that some angles are missing in many."""

    oblique: bool = False

    def hear(self, known: KnownOfTheRun) -> None:
        self.oblique = known.oblique

    def raised(self) -> str:
        return "oblique_view" if self.oblique else ""


class NotAtHipHeight(Flag):
    """The camera was far above or below the hips in so many stances that their drop is known less well (gait/height.py)."""

    far: bool = False

    def hear(self, known: KnownOfTheRun) -> None:
        self.far = known.not_at_hip_height

    def raised(self) -> str:
        return "camera_not_at_hip_height" if self.far else ""


class ViewUnsure(Flag):
    """Left and right may be exchanged. The view itself is judged in gait/view.py."""

    unsure: bool = False

    def hear(self, known: KnownOfTheRun) -> None:
        self.unsure = known.naming is not None and known.naming.unsure

    def raised(self) -> str:
        return VIEW_UNSURE if self.unsure else ""


CUT_OFF_SHARE = 0.2  # of the pictures with the runner


class CutOff(Flag):
    """Something of the runner is outside of the picture in many pictures. A flag below says what, by `missing`, and names its word."""

    word: ClassVar[str]
    found: int = 0
    cut_off: int = 0
    found_s: float = 0.0

    def missing(self, pose: Pose) -> bool:
        """Whether it is missing in this picture."""
        raise NotImplementedError

    def see(self, seen: Seen) -> None:
        if seen.pose.found:
            self.found += 1
            self.found_s += seen.passed_s
            self.cut_off += self.missing(seen.pose)

    def see_repeat(self, pose: Pose, /) -> None:
        self.found += 1
        self.cut_off += self.missing(pose)

    def raised(self) -> str:
        many = self.found_s >= JUDGE_AFTER_S and self.cut_off > CUT_OFF_SHARE * self.found
        return self.word if many else ""


class ShouldersCutOff(CutOff):
    """Without the shoulders neither rhythm nor trunk are seen, and nothing is measured."""

    word = "shoulders_cut_off"

    def missing(self, pose: Pose) -> bool:
        return "shoulders" in pose.parts_out and "side" not in pose.parts_out


class HipsCutOff(CutOff):
    """The picture ends above the knees, so nothing of the pelvis is measured. The feet are outside as well."""

    word = "hips_cut_off"

    def missing(self, pose: Pose) -> bool:
        return not {"hips", "knees"}.isdisjoint(pose.parts_out) and "side" not in pose.parts_out


class FeetCutOff(CutOff):
    """Without the feet there are no contact times, no step width and no knee valgus."""

    word = FEET_CUT_OFF

    def missing(self, pose: Pose) -> bool:
        return "feet" in pose.parts_out and {"hips", "knees", "side"}.isdisjoint(pose.parts_out)


class PersonCutOff(CutOff):
    """The runner reaches out of the picture, whichever part it is."""

    word = "person_cut_off"

    def missing(self, pose: Pose) -> bool:
        return pose.cut_off or bool(pose.parts_out)


# Length of the trunk in the picture. Three rendered runners filmed ever smaller: from 160 down to 55 px the mean drop of a side is as right
# as in the full picture. At 40 px single stances scatter by 1.0 deg instead of 0.7, and a pelvis under loose cloth is no longer seen; at
# 29 px the mean of a side is 1.2 deg off.
SMALL_TRUNK_PX = 45.0
SMALL_SHARE = 0.5  # of the time with the runner


class SmallRunner(Flag):
    """The runner is too small in the picture."""

    found_s: float = 0.0
    small_s: float = 0.0

    def see(self, seen: Seen) -> None:
        if seen.pose.found:
            self.found_s += seen.passed_s
            self.small_s += seen.passed_s if trunk_px(seen.landmarks) < SMALL_TRUNK_PX else 0.0

    def raised(self) -> str:
        mostly = self.found_s >= JUDGE_AFTER_S and self.small_s > SMALL_SHARE * self.found_s
        return "small_runner" if mostly else ""


PelvisSeen = Literal["well", "poorly", "hidden"]
JUDGED_STANCES = 10  # the last ones; raised by more than half of so many


class PelvisUnclear(Flag):
    """The pelvis is hidden or seen poorly in most of the last stances, by the network's own sigma."""

    last: tuple[PelvisSeen, ...] = ()

    def see(self, seen: Seen) -> None:
        for stance in seen.stances:
            self.last = (*self.last[1 - JUDGED_STANCES :], _pelvis_in(stance))

    def raised(self) -> str:
        hidden, poorly = self.last.count("hidden"), self.last.count("poorly")
        if hidden > JUDGED_STANCES / 2:
            return "pelvis_hidden"
        return "pelvis_unclear" if hidden + poorly > JUDGED_STANCES / 2 else ""


def _pelvis_in(stance: Stance) -> PelvisSeen:
    """How the pelvis was seen in a stance. A hidden one leaves the trunk lean known; without that, all of the runner was unseen."""
    if stance.pelvic_drop_mid_deg is None:
        return "well" if stance.trunk_lean_mid_deg is None else "hidden"
    return "poorly" if pelvis_sigma_deg(stance) > UNCLEAR_SIGMA_DEG else "well"


class OnlyWalked(Flag):
    """Walking was all there was. The gait of a stance is judged in gait/gaits.py."""

    walked: bool = False

    def hear(self, known: KnownOfTheRun) -> None:
        self.walked = known.only_walked

    def raised(self) -> str:
        return "walking" if self.walked else ""


UNSEEN_SHARE = 0.5  # of all pictures


class NobodySeen(Flag):
    """No runner is found in most pictures, or there is no picture."""

    pictures: int = 0
    found: int = 0

    def see(self, seen: Seen) -> None:
        self.pictures += 1
        self.found += seen.pose.found

    def see_repeat(self, _pose: Pose, /) -> None:
        self.pictures += 1
        self.found += 1

    def raised(self) -> str:
        return "nobody_seen" if self.pictures == 0 or self.found < UNSEEN_SHARE * self.pictures else ""
