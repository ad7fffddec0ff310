"""What a run may be measured against, as a list to choose from, and a limit to move. No widget in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runform_live import controls, quantities
from runform_live.coach.targets import below
from runform_live.config import CoachSettings
from runform_live.messages import Band, TargetFrom
from runform_live.texts import Texts

if TYPE_CHECKING:
    from runform_live.session.earlier import EarlierRun

STEP = 0.5
DROPS = ("pelvic_drop_mid_deg", "pelvic_drop_peak_deg")
MOST_DEG = 90.0  # of a limit


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the list."""

    words: str
    source: TargetFrom
    bands: dict[str, Band]
    date: str = ""  # of an earlier run
    means: tuple[float, ...] = ()  # of its left and right side


class GoalsModel:
    """The goals for one metric; every choice is a request to the coach."""

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
        self.as_set = settings.targets
        self.goals = [
            Goal(self._baseline_words(settings.baseline_change_deg), "baseline", {metric: Band()}),
            Goal(self._settings_words(), "settings", self.as_set),
        ]
        others = self.as_set if settings.target_from == "settings" else {}
        for run in earlier:
            band = below(run.means, settings.baseline_change_deg)
            left, right = (quantities.number(metric, mean, said=said) for mean in run.means)
            words = said("goals.earlier", date=run.started[:10], left=left, right=right,
                         high=quantities.number(metric, band.high, said=said))  # fmt: skip
            bands = others | {metric: band}
            self.goals.append(Goal(words, "chosen", bands, run.started[:10], run.means))
        self.goals.append(Goal(said("goals.none"), "none", {}))

    def _baseline_words(self, by_deg: float) -> str:
        if self.metric in DROPS:
            return self._said("goals.baseline", by=by_deg)
        return self._said("goals.baseline_angle", by=by_deg)

    def _settings_words(self) -> str:
        band = self.as_set.get(self.metric, Band())
        if band.is_open:
            return self._said("goals.settings_none")
        limit = quantities.number(self.metric, band.high if band.high is not None else band.low, said=self._said)
        return self._said("goals.settings", limit=limit)

    def choose(self, number: int) -> controls.SetTargets | None:
        """The request for a line, counted from 0; None where there is no such line."""
        if not 0 <= number < len(self.goals):
            return None
        goal = self.goals[number]
        return controls.SetTargets(source=goal.source, bands=goal.bands, words=goal.words)

    def move(self, now: Mapping[str, Band], up: bool) -> controls.SetTargets:
        """The request to move the upper end of the band a step up or down. It stays above the lower end."""
        band = now.get(self.metric, Band())
        start = band.high if band.high is not None else self._usual()
        moved = start + (STEP if up else -STEP)
        if band.low is not None:
            moved = max(moved, band.low + STEP)  # a band that holds nothing would judge every stance as outside
        moved = min(max(moved, -MOST_DEG), MOST_DEG)
        words = self._said("goals.own", high=quantities.number(self.metric, moved, said=self._said))
        bands = dict(now) | {self.metric: Band(band.low, moved)}
        return controls.SetTargets(source="chosen", bands=bands, words=words)

    def _usual(self) -> float:
        band = self.as_set.get(self.metric, Band())
        if band.high is not None:
            return band.high
        return STEP * round(self._worse_mean / STEP) if self._worse_mean is not None else 0.0
