"""What a run may be measured against, as a list to choose from, and a limit to move. No widget in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.coach.targets import below
from runform_live.config import CoachSettings
from runform_live.messages import Control, TargetFrom
from runform_live.session.earlier import EarlierRun
from runform_live.texts import Texts

STEP = 0.5
DROPS = ("pelvic_drop_mid_deg", "pelvic_drop_peak_deg")
Bands = dict[str, tuple[float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the list."""

    words: str
    source: TargetFrom
    bands: Bands
    date: str = ""  # of an earlier run
    means: tuple[float, ...] = ()  # of its left and right side


class GoalsModel:
    """The goals for one metric; every choice is a wish to the coach."""

    def __init__(
        self,
        settings: CoachSettings,
        metric: str,
        earlier: Sequence[EarlierRun],
        said: Texts,
        worse_mean: float | None = None,
    ) -> None:
        """settings: only a band that is in force there (`target_from`) stays beside one from an earlier run.

        worse_mean: of the sides at this moment; a first limit starts there.
        """
        self.metric = metric
        self._worse_mean = worse_mean
        self._said = said
        self.change_deg, self.praises = settings.baseline_change_deg, settings.praise
        self.as_set: Bands = {name: (band.low, band.high) for name, band in settings.targets.items()}
        self.goals = [
            Goal(self._baseline_words(settings.baseline_change_deg), "baseline", {metric: (None, None)}),
            Goal(self._settings_words(), "settings", self.as_set),
        ]
        others = self.as_set if settings.target_from == "settings" else {}
        for run in earlier:
            band = below(run.means, settings.baseline_change_deg)
            left, right = (quantities.number(metric, mean) for mean in run.means)
            words = said("goals.earlier", date=run.started[:10], left=left, right=right,
                         high=quantities.number(metric, band.high))  # fmt: skip
            bands = others | {metric: (band.low, band.high)}
            self.goals.append(Goal(words, "chosen", bands, run.started[:10], run.means))
        self.goals.append(Goal(said("goals.none"), "none", {}))

    def _baseline_words(self, by_deg: float) -> str:
        if self.metric in DROPS:
            return self._said("goals.baseline", by=by_deg)
        return self._said("goals.baseline_angle", by=by_deg)

    def _settings_words(self) -> str:
        low, high = self.as_set.get(self.metric, (None, None))
        if (low, high) == (None, None):
            return self._said("goals.settings_none")
        limit = quantities.number(self.metric, high if high is not None else low)
        return self._said("goals.settings", limit=limit)

    def choose(self, number: int) -> Control | None:
        """The wish for a line, counted from 0; None where there is none."""
        if not 0 <= number < len(self.goals):
            return None
        goal = self.goals[number]
        return Control(action="targets", text=goal.words, targets=goal.bands, target_from=goal.source)

    def move(self, now: Bands, up: bool) -> Control:
        """The wish for an upper end that lies a step higher or lower than now (a clinician's own). It stays above the lower end."""
        low, high = now.get(self.metric, (None, None))
        start = high if high is not None else self._usual()
        moved = start + (STEP if up else -STEP)
        if low is not None:
            moved = max(moved, low + STEP)  # a band that holds nothing would judge every stance as outside
        words = self._said("goals.own", high=quantities.number(self.metric, moved))
        return Control(action="targets", text=words, targets=now | {self.metric: (low, moved)}, target_from="chosen")

    def _usual(self) -> float:
        _, high = self.as_set.get(self.metric, (None, None))
        if high is not None:
            return high
        return STEP * round(self._worse_mean / STEP) if self._worse_mean is not None else 0.0
