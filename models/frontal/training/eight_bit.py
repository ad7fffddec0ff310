"""A frontal network as it computes with 8-bit numbers, in PyTorch: maps and weights are rounded as ONNX Runtime rounds them.

Nothing is taught. The steps of a map are those with the least squared error. Channels that are small beside others are made larger first, and
the biases of what is rounded are set so that each channel keeps its mean.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from .network import Frontal, Residual, centred
from .plan import Plan
from .restore import convolutions, set_values

# Weights have seven bits, because processors without VNNI add two products in sixteen.
MOST = 63
LEVELS = 255  # of a map, above its least value
CORRECTIONS, CORRECTION_SHARE = 8, 0.25  # of the biases: all at once, and each changes what the later ones get
# Ranges that are tried for a map, as shares of its whole range. To cut off what is rare leaves finer steps for the rest.
SHARES = tuple(share / 40 for share in range(4, 41))
# Of the largest weight of a convolution. A channel whose weights are all smaller has steps as if it had one of this size.
LEAST_WEIGHT = 1e-3
SAMPLE = 20_000  # numbers of a map that are kept of each batch, to take its range from
# Where the landmarks' peaks are. No peak is cut off.
WHOLE_RANGE = "head.0.second.0"
LEAST_CHANNEL = 0.1  # of the largest one: channels of the stem that are smaller count as if they had that size
# The convolutions that stay float. The first one has three channels. The last one's cells are averaged to a fraction of a pixel.
FIRST, LAST = "stem.0", "head.1"


class Rounded(nn.Module):
    """A map in 256 steps. Until its range is taken, it hands on what it gets and keeps a sample of it."""

    def __init__(self, whole_range: bool = False) -> None:
        """whole_range: nothing is cut off to make the steps finer."""
        super().__init__()
        self.scale, self.zero = 0.0, 0
        self._shares = (1.0,) if whole_range else SHARES
        self._low, self._high = 0.0, 1e-3
        self._seen: list[Tensor] = []
        self._drawn = torch.Generator().manual_seed(1)

    def forward(self, maps: Tensor) -> Tensor:
        if self.scale:
            return torch.fake_quantize_per_tensor_affine(maps, self.scale, self.zero, 0, LEVELS)
        flat = maps.detach().flatten()
        self._low, self._high = min(self._low, float(flat.min())), max(self._high, float(flat.max()))
        self._seen.append(flat[torch.randint(flat.numel(), (SAMPLE,), generator=self._drawn)])
        return maps

    def take_range(self) -> None:
        """The range with the least squared error for what was seen."""
        seen = torch.cat(self._seen)
        self._seen = []
        best = torch.inf
        for share in self._shares:
            scale = share * (self._high - self._low) / LEVELS
            zero = round(-share * self._low / scale)
            error = float((torch.fake_quantize_per_tensor_affine(seen, scale, zero, 0, LEVELS) - seen).square().mean())
            if error < best:
                best, self.scale, self.zero = error, scale, zero


class RoundedConvolution(nn.Module):
    """A convolution whose weights have seven bits, each channel in steps of its own. What comes out of it is rounded."""

    def __init__(self, plain: nn.Conv2d, cut_off: bool, whole_range: bool) -> None:
        """plain: with a bias. cut_off: what is below nothing becomes nothing (ReLU). whole_range: of what comes out of it."""
        super().__init__()
        assert plain.bias is not None
        self.weight, self.bias = nn.Parameter(plain.weight.detach()), nn.Parameter(plain.bias.detach())
        self.stride, self.padding, self.cut_off = plain.stride, plain.padding, cut_off
        self.out = Rounded(whole_range)

    def steps(self) -> Tensor:
        """The steps (channels) of the weights."""
        largest = self.weight.detach().abs().flatten(1).amax(dim=1)
        # A channel that says nothing has no step of its own: its bias would be a number of steps that no file holds.
        return largest.clamp_min(LEAST_WEIGHT * float(largest.max())) / MOST

    def product(self, maps: Tensor) -> Tensor:
        """What the convolution gives before it is cut off and rounded."""
        zeros = torch.zeros(len(self.weight), dtype=torch.int32)
        weight = torch.fake_quantize_per_channel_affine(self.weight, self.steps(), zeros, 0, -MOST, MOST)
        return nnf.conv2d(maps, weight, self.bias, self.stride, self.padding)

    def forward(self, maps: Tensor) -> Tensor:
        made = self.product(maps)
        out: Tensor = self.out(nnf.relu(made) if self.cut_off else made)
        return out


def plain_network(plan: Plan, file: Path) -> Frontal:
    """The network of a file in float/, whose normalisations are part of its convolutions as in the file."""
    network = Frontal(plan)
    for place, (weight, bias) in convolutions(file).items():
        layer = network.get_submodule(place)
        if isinstance(layer, nn.Conv2d):
            layer.bias = nn.Parameter(bias)
        set_values(layer, weight=weight, bias=bias)
    for module in network.modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            module[1] = nn.Identity()
    network.eval()
    return network


@torch.no_grad()
def eight_bit_network(plan: Plan, file: Path, pictures: list[Tensor]) -> Frontal:
    """The network of a file in float/ with rounding, as pictures (n, 3, height, width; 0 to 1) like these want it."""
    exact, network = plain_network(plan, file), plain_network(plan, file)
    for one in (exact, network):
        even_out(one, pictures)
    put_rounding(network)
    for picture in pictures:
        network(picture)
    for module in network.modules():
        if isinstance(module, Rounded):
            module.take_range()
    wanted = channel_means(exact, pictures)
    for _ in range(CORRECTIONS):
        correct_biases(network, wanted, pictures)
    return network


def put_rounding(network: Frontal) -> None:
    """Round all maps and weights from the stem's map to the last but one convolution. The ranges are still to be taken."""
    for place, layer in list(network.named_modules()):
        if not isinstance(layer, nn.Conv2d) or place in (FIRST, LAST):
            continue
        above, _, last = place.rpartition(".")
        within = network.get_submodule(above)
        cut_off = isinstance(within, nn.Sequential) and len(within) == 3
        within[int(last)] = RoundedConvolution(layer, cut_off, place == WHOLE_RANGE)
    network.stem.append(Rounded())
    for place, module in network.named_modules():
        if isinstance(module, Residual) and not place.startswith("head."):
            module.sum = Rounded()
    for level in range(len(network.sums)):
        network.sums[level] = Rounded()


@torch.no_grad()
def even_out(network: Frontal, pictures: list[Tensor]) -> None:
    """Bring the channels of the stem nearer to one size, and take that back in the next convolution: the answers stay the same.

    All channels of a map are rounded in one step, so that small ones would have a few steps only. (Nagel et al. 2019, ICCV, "Data-free
    quantization through weight equalization and bias correction".) pictures: as for `eight_bit_network`.
    """
    convolution, after = network.stem[0], network.down[0][0][0]
    largest = torch.stack([network.stem[:3](centred(picture)).amax(dim=(0, 2, 3)) for picture in pictures]).amax(dim=0)
    shares = (largest / largest.max()).clamp_min(LEAST_CHANNEL).sqrt()
    convolution.weight /= shares[:, None, None, None]
    convolution.bias /= shares
    after.weight *= shares[:, None, None]


@torch.no_grad()
def channel_means(network: Frontal, pictures: list[Tensor]) -> dict[str, Tensor]:
    """The mean of each channel that a convolution gives (channels), by its place."""
    found: dict[str, list[Tensor]] = {}

    def keep(place: str, layer: nn.Module, given: tuple[Tensor], made: Tensor) -> None:
        product = layer.product(given[0]) if isinstance(layer, RoundedConvolution) else made
        found.setdefault(place, []).append(product.mean(dim=(0, 2, 3)))

    hooks = [
        layer.register_forward_hook(partial(keep, place))
        for place, layer in network.named_modules()
        if isinstance(layer, (nn.Conv2d, RoundedConvolution))
    ]
    for picture in pictures:
        network(picture)
    for hook in hooks:
        hook.remove()
    return {place: torch.stack(means).mean(dim=0) for place, means in found.items()}


@torch.no_grad()
def correct_biases(network: Frontal, wanted: dict[str, Tensor], pictures: list[Tensor]) -> None:
    """Bring the means of all channels nearer to those that are wanted: what rounding moves everywhere, a bias takes back.

    (Nagel et al. 2019, as above; here measured on pictures.)
    """
    means = channel_means(network, pictures)
    for place, layer in network.named_modules():
        if isinstance(layer, RoundedConvolution):
            layer.bias += CORRECTION_SHARE * (wanted[place] - means[place])
