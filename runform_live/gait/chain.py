"""An unbroken row of steps: legs alternate in it, so that what one step leaves unsure the others settle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from runform_live.body import Leg

STEPS_FOR_A_RUN = 3
LONGEST_STEP_S = 0.48  # from one midstance to the next
SIDE_MEMORY = 0.85
SIDE_CLIP = 0.5


@dataclass(slots=True)
class Chain:
    """Steps are numbered; one that was missed counts."""

    steps: int = 0
    evidence: float = 0.0  # positive: even steps stand on the picture's left leg

    @property
    def is_run(self) -> bool:
        return self.steps >= STEPS_FOR_A_RUN

    def add(self, number: int, lower_trunks: float) -> None:
        """Take a step; lower_trunks: how much lower the picture's left foot is at midstance than the right one (NaN unknown)."""
        self.steps += 1
        if not math.isnan(lower_trunks):
            sign = 1.0 if number % 2 == 0 else -1.0
            self.evidence = SIDE_MEMORY * self.evidence + sign * max(-SIDE_CLIP, min(SIDE_CLIP, lower_trunks))

    def leg(self, number: int) -> Leg:
        """The leg of the picture that this step stands on."""
        return 0 if (self.evidence > 0) == (number % 2 == 0) else 1


@dataclass(slots=True)
class Step:
    """A step whose stance is not reported yet."""

    midstance_s: float
    number: int
    chain: Chain
    fall_trunks: float = math.nan  # of the trunk, from its highest point before to midstance, in trunk lengths
    initial_contact_s: float = math.nan
    toe_off_s: float = math.nan

    @property
    def leg(self) -> Leg:
        return self.chain.leg(self.number)


class ChainState(msgspec.Struct, frozen=True):
    """One chain written down."""

    steps: int
    evidence: float


class StepState(msgspec.Struct, frozen=True):
    """One step written down; `chain` is the place of its chain in `StepsState.chains`."""

    midstance_s: float
    number: int
    chain: int
    fall_trunks: float
    initial_contact_s: float
    toe_off_s: float


class StepsState(msgspec.Struct, frozen=True):
    """The present chain (the first one), the steps that are not reported yet, and the chains of these.

    Steps of one chain share it: what a later step tells of the legs counts for all of them. So a chain is written down once.
    """

    chains: tuple[ChainState, ...]
    open: tuple[StepState, ...]
    ready: tuple[StepState, ...]


def write_steps(present: Chain, open_steps: Sequence[Step], ready_steps: Sequence[Step]) -> StepsState:
    """The present chain and the steps, as they are now."""
    chains = {id(chain): chain for chain in (present, *(step.chain for step in (*open_steps, *ready_steps)))}
    place = {key: number for number, key in enumerate(chains)}

    def written(steps: Iterable[Step]) -> tuple[StepState, ...]:
        return tuple(
            StepState(
                step.midstance_s,
                step.number,
                place[id(step.chain)],
                step.fall_trunks,
                step.initial_contact_s,
                step.toe_off_s,
            )
            for step in steps
        )

    kept = tuple(ChainState(chain.steps, chain.evidence) for chain in chains.values())
    return StepsState(kept, written(open_steps), written(ready_steps))


def read_steps(state: StepsState) -> tuple[Chain, list[Step], list[Step]]:
    """The present chain, the open and the ready steps again."""
    chains = [Chain(chain.steps, chain.evidence) for chain in state.chains]

    def read(steps: Iterable[StepState]) -> list[Step]:
        return [
            Step(
                step.midstance_s,
                step.number,
                chains[step.chain],
                step.fall_trunks,
                step.initial_contact_s,
                step.toe_off_s,
            )
            for step in steps
        ]

    return chains[0], read(state.open), read(state.ready)
