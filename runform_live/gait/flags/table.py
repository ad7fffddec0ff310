"""All flags, in the order in which they are told. Whoever adds a flag writes its class and its line in this table."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.gait.flags.flag import Flag, KnownOfTheRun, Seen
from runform_live.gait.flags.of_pictures import (
    AgainstLight,
    CameraMoved,
    InSlowMotion,
    LowLight,
    RepeatedPictures,
    TooFewPictures,
)
from runform_live.gait.flags.of_the_runner import (
    FeetCutOff,
    HipsCutOff,
    NobodySeen,
    NotAtHipHeight,
    OnlyWalked,
    PelvisUnclear,
    PersonCutOff,
    SeenObliquely,
    ShouldersCutOff,
    SmallRunner,
    ViewUnsure,
    WrongView,
)
from runform_live.messages import Pose


class Flags(msgspec.Struct):
    """One of each, in the order in which they are told."""

    wrong_view: WrongView = msgspec.field(default_factory=WrongView)
    oblique_view: SeenObliquely = msgspec.field(default_factory=SeenObliquely)
    camera_not_at_hip_height: NotAtHipHeight = msgspec.field(default_factory=NotAtHipHeight)
    view_unsure: ViewUnsure = msgspec.field(default_factory=ViewUnsure)
    low_light: LowLight = msgspec.field(default_factory=LowLight)
    against_light: AgainstLight = msgspec.field(default_factory=AgainstLight)
    too_few_pictures: TooFewPictures = msgspec.field(default_factory=TooFewPictures)
    repeated_pictures: RepeatedPictures = msgspec.field(default_factory=RepeatedPictures)
    slow_motion: InSlowMotion = msgspec.field(default_factory=InSlowMotion)
    camera_moved: CameraMoved = msgspec.field(default_factory=CameraMoved)
    shoulders_cut_off: ShouldersCutOff = msgspec.field(default_factory=ShouldersCutOff)
    hips_cut_off: HipsCutOff = msgspec.field(default_factory=HipsCutOff)
    feet_cut_off: FeetCutOff = msgspec.field(default_factory=FeetCutOff)
    person_cut_off: PersonCutOff = msgspec.field(default_factory=PersonCutOff)
    small_runner: SmallRunner = msgspec.field(default_factory=SmallRunner)
    pelvis_unclear: PelvisUnclear = msgspec.field(default_factory=PelvisUnclear)
    walking: OnlyWalked = msgspec.field(default_factory=OnlyWalked)
    nobody_seen: NobodySeen = msgspec.field(default_factory=NobodySeen)

    def _those(self, names: Sequence[str]) -> Sequence[Flag]:
        return [getattr(self, name) for name in names]

    def see(self, seen: Seen) -> None:
        """Take a new picture."""
        for flag in self._those(_SEE):
            flag.see(seen)

    def see_repeat(self, pose: Pose, /) -> None:
        """Take a picture that shows the one before once more."""
        for flag in self._those(_SEE_REPEATS):
            flag.see_repeat(pose)

    def hear(self, known: KnownOfTheRun) -> None:
        """Take what is known of the whole run by now."""
        for flag in self._those(_HEAR):
            flag.hear(known)

    def raised(self) -> tuple[str, ...]:
        """The words that are raised now."""
        return tuple(word for flag in self._those(self.__struct_fields__) if (word := flag.raised()))


def _which(method: str) -> tuple[str, ...]:
    """The flags that do something there: so many calls a frame that do nothing take time."""
    fields = msgspec.structs.fields(Flags)
    return tuple(field.name for field in fields if getattr(field.type, method) is not getattr(Flag, method))


_SEE, _SEE_REPEATS, _HEAR = _which("see"), _which("see_repeat"), _which("hear")
