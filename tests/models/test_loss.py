"""What the networks are taught: a perfect answer costs nothing but its sigmas, and each fault costs what it should."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="training needs the optional group `training`")

from models.frontal.training.loss import (
    film_loss,
    hip_likelihood,
    loss_of,
    map_loss,
    sigma_loss,
    tilt_deg,
    tilt_error_deg,
)
from models.frontal.training.network import CELL_PX, Answers, Frontal
from models.frontal.training.plan import PLANS
from models.frontal.training.tensors import Targets

PLAN = PLANS["pelvis"]
CELLS = 32  # of a map of the full input (128 px)


def targets(count: int = 8) -> Targets:
    """One film, half of it standing; landmarks on the middles of cells, in a pelvis about 40 px wide."""
    generator = torch.Generator().manual_seed(1)
    points = torch.zeros(count, len(PLAN.labels), 2)
    for row, name in enumerate(PLAN.labels):
        left = name.startswith("left")
        column = torch.randint(9, 12, (count,), generator=generator) + (0 if left else 10)
        points[:, row] = torch.stack([column, torch.randint(13, 19, (count,), generator=generator)], dim=1) * 4.0 + 2.0
    return Targets(
        points, torch.ones(count, len(PLAN.labels)), torch.ones(count), torch.arange(count) % 2 == 0,
        torch.zeros(count, dtype=torch.int64),
    )  # fmt: skip


def answers(points: torch.Tensor, sigma_px: float = 1.0, sharpness: float = 30.0) -> Answers:
    """Answers with these landmarks, a peak of the map at each, and "seen from behind"."""
    maps = torch.zeros(*points.shape[:2], CELLS, CELLS)
    for picture in range(len(points)):
        for row in range(points.shape[1]):
            x, y = (points[picture, row] / CELL_PX).long()
            maps[picture, row, y, x] = sharpness
    sigma = torch.full((*points.shape[:2], 1), sigma_px)
    return Answers(torch.cat([points, sigma], dim=2), torch.full((len(points), 1), 30.0), maps)


def test_a_perfect_answer_has_no_error_in_places_tilts_and_view() -> None:
    wanted = targets()
    _, parts = loss_of(PLAN, answers(wanted.points), wanted)
    assert parts == pytest.approx({"px": 0.0, "tilt_deg": 0.0, "across_deg": 0.0, "view": 0.0}, abs=1e-6)


def test_a_perfect_answer_costs_less_than_one_that_is_off_or_too_sure() -> None:
    wanted = targets()
    best, _ = loss_of(PLAN, answers(wanted.points, sigma_px=0.05), wanted)
    for off in (torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])):
        moved = wanted.points.clone()
        moved[:, PLAN.pair("hip")[0]] += off
        worse, parts = loss_of(PLAN, answers(moved, sigma_px=0.05), wanted)
        assert worse > best
        assert parts["px"] == pytest.approx(2.0 / len(PLAN.labels))


def test_a_landmark_that_is_not_seen_costs_nothing_wherever_it_is_found() -> None:
    wanted = targets()
    row = PLAN.labels.index("left_trochanter")
    wanted.seen[:, row] = 0
    moved = wanted.points.clone()
    moved[:, row] += 20.0
    right, wrong = answers(wanted.points), answers(moved)
    assert map_loss(wrong.maps, wanted.points, wanted.seen) == pytest.approx(
        float(map_loss(right.maps, wanted.points, wanted.seen))
    )
    assert loss_of(PLAN, wrong, wanted)[1]["px"] == pytest.approx(0.0)


def test_the_map_that_costs_least_is_a_bell_about_its_landmark() -> None:
    wanted = targets(1)
    cells = (torch.arange(CELLS) + 0.5) * CELL_PX
    x, y = wanted.points[..., :1], wanted.points[..., 1:]
    bell = (
        -0.5 * (((cells[None, None] - y) / CELL_PX) ** 2)[..., :, None]
        - 0.5 * (((cells[None, None] - x) / CELL_PX) ** 2)[..., None, :]
    )
    least = float(map_loss(bell, wanted.points, wanted.seen))
    assert least < float(map_loss(answers(wanted.points).maps, wanted.points, wanted.seen))
    assert least < float(map_loss(bell.roll(1, dims=3), wanted.points, wanted.seen))


def test_the_sigmas_that_cost_least_are_the_errors_themselves() -> None:
    wanted = targets()
    hips = PLAN.pair("hip")
    moved = wanted.points.clone()
    moved[:, hips[1], 1] += 3.0  # each hip line rises by 3 px: its two sigmas together should be 3 px

    def cost(sigma_px: float) -> float:
        return float(hip_likelihood(answers(moved, sigma_px).landmarks, wanted.points, hips))

    best = 3.0 / 2**0.5
    assert cost(best) < min(cost(0.9 * best), cost(1.1 * best))
    assert torch.isfinite(sigma_loss(PLAN, answers(moved).landmarks, wanted))


def test_tilts_are_positive_when_the_right_of_the_picture_is_lower() -> None:
    points = torch.tensor([[[10.0, 20.0], [50.0, 20.0 + 40 * 0.0875]]])
    assert float(tilt_deg(points, (0, 1))) == pytest.approx(5.0, abs=0.01)
    level = torch.tensor([[[10.0, 20.0], [50.0, 20.0]]])
    assert float(tilt_error_deg(points, level, (0, 1))) == pytest.approx(5.0, abs=0.02)


def film(error: torch.Tensor, true: torch.Tensor) -> float:
    """The loss of one film of eight pictures, every second of a runner, as a number."""
    return float(film_loss(error, true, torch.arange(8) % 2 == 0, torch.zeros(8, dtype=torch.int64)))


def test_of_a_films_errors_a_constant_one_costs_little_and_shrinking_and_level_in_motion_cost_much() -> None:
    true = torch.tensor([6.0, -6.0, -6.0, 6.0, 6.0, -6.0, -6.0, 6.0])
    moving = torch.arange(8) % 2 == 0
    assert film(torch.zeros(8), true) == 0.0
    assert film(torch.full((8,), 2.0), true) == pytest.approx(0.3 * 2.0)
    in_motion = torch.where(moving, 2.0, 0.0)
    assert film(in_motion, true) > 3 * film(torch.full((8,), 2.0), true)
    shrunk = -0.5 * true
    scattered = 3.0 * torch.tensor([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0])
    assert film(shrunk, true) > film(scattered, true) + 4.0, (
        "errors of the same size, but the share that is seen is half"
    )


def test_films_are_judged_each_by_itself() -> None:
    true = torch.cat([torch.linspace(-5, 5, 8), torch.linspace(-5, 5, 8)])
    error, number = torch.cat([torch.full((8,), 4.0), torch.full((8,), -4.0)]), torch.arange(16) // 8
    moving = torch.arange(16) % 2 == 0
    assert float(film_loss(error, true, moving, number)) == pytest.approx(0.3 * 4.0, abs=1e-4)


@pytest.mark.parametrize("framing", ["body", "pelvis"])
def test_an_untrained_network_has_a_loss_that_teaches_all_of_its_weights(framing: str) -> None:
    plan = PLANS[framing]
    torch.manual_seed(0)
    network = Frontal(plan)
    width, height = plan.half_px
    points = torch.rand(4, len(plan.labels), 2) * torch.tensor([width, height])
    wanted = Targets(points, torch.ones(4, len(plan.labels)), torch.ones(4), torch.arange(4) < 2, torch.arange(4) // 2)
    loss, _ = loss_of(plan, network.with_maps(torch.rand(4, 3, height, width)), wanted)
    loss.backward()
    silent = [
        name
        for name, weight in network.named_parameters()
        if weight.grad is None or not torch.isfinite(weight.grad).all()
    ]
    assert silent == []
