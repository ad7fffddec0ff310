"""Write the network that ships: a float network with 8-bit convolutions, which takes about half the time, and takes planes (planes.py).

    python -m models.frontal.training.quantise --framing body --pictures DATA/val

The file in float/ stays what the network is. Training goes on from it (restore.py), and this file is made of it. Three groups of
convolutions stay float because they move landmarks: those at half and at a quarter of the picture's resolution, and the last one, whose
cells are averaged to a fraction of a pixel. (A hip line moves by 0.39 deg a picture if the second of them is 8-bit too, by 0.12 as it
is.) Weights have seven bits, because processors without VNNI add two products in sixteen.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before ONNX Runtime is loaded: it reports its use to its maker otherwise

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .batches import Pictures, as_planes, batch
from .doubling import doubled
from .plan import PLANS
from .planes import takes_planes
from .rewriting import rewrite

STAY_FLOAT = ("/stem/", "/down.0/", "/head/head.1/")
FILMS = 24  # films from which the ranges of the maps are taken


def inputs(pictures: Pictures, films: list[list[int]]) -> Iterator[npt.NDArray[np.float32]]:
    """The pictures of these films as an exported network takes them (1, height, width, 3; RGB 0..1), one by one."""
    for film in films:
        for picture in batch(pictures, [film], pictures.plan.input_px, None).pictures:
            yield (picture.astype(np.float32) / 255)[None]


class _Ranges(CalibrationDataReader):
    """Hands the pictures to ONNX Runtime."""

    def __init__(self, pictures: Pictures) -> None:
        self._inputs = inputs(pictures, pictures.films[:FILMS])

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        picture = next(self._inputs, None)
        return None if picture is None else {"picture": picture}


def quantise(source: Path, out: Path, pictures: Pictures) -> None:
    """Write `out`, the 8-bit network of `source`. The ranges of the maps are taken from some of the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        nodes = [node.name for node in onnx.load(str(prepared)).graph.node if node.op_type == "Conv"]
        quantize_static(
            str(prepared), str(out), _Ranges(pictures), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv"],
            nodes_to_exclude=[name for name in nodes if any(part in name for part in STAY_FLOAT)], per_channel=True,
            reduce_range=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )  # fmt: skip


def moved_px(source: Path, out: Path, pictures: Pictures) -> npt.NDArray[np.float64]:
    """How far each landmark is from the float network's (pictures, landmarks; px), on films that gave no ranges."""
    both = [onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in (source, out)]
    apart = []
    for picture in inputs(pictures, pictures.films[FILMS : 2 * FILMS]):
        a, b = (
            session.run(["landmarks"], {"picture": taken})[0][0, :, :2]
            for session, taken in zip(both, (picture, as_planes(picture)), strict=True)
        )
        apart.append(np.linalg.norm(a - b, axis=1))
    return np.array(apart)


def ship(framing: str, pictures: Pictures) -> None:
    """Make the file that ships, and print how far its landmarks moved."""
    if len(pictures.films) <= FILMS:
        raise SystemExit(
            f"{len(pictures.films)} films are too few: {FILMS} give the ranges, and others show how far landmarks move"
        )
    source, out = PLANS[framing].float_file, PLANS[framing].shipped
    quantise(source, out, pictures)
    for change in (doubled, takes_planes):
        rewrite(out, change)
    apart = moved_px(source, out, pictures)
    print(f"{out}: landmarks moved by {np.median(apart):.2f} px (median), {np.quantile(apart, 0.95):.2f} px (95%)")
    print(f"sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--framing", choices=tuple(PLANS), required=True)
    arguments.add_argument("--pictures", type=Path, required=True, help="of generate.py, of people never trained on")
    chosen = arguments.parse_args()
    ship(chosen.framing, Pictures([chosen.pictures], chosen.framing))


if __name__ == "__main__":
    main()
