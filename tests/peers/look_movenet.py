"""Run MoveNet Thunder over a video in its peer environment; writes points (frames, 17, 2; px) and times_s.

    python look_movenet.py VIDEO OUT.npz MODEL.json

Its pipeline is that of its publishers: the next frame's square is centred on the hips and reaches 1.9 times as far as the farthest
joint of the trunk and 1.2 times as far as the farthest of all; without a trunk it is the whole picture.
"""

import sys
from typing import Any

import cv2
import numpy as np
import tensorflow as tf
import tfjs_graph_converter.api as tfjs

SIDE_PX = 256
SEEN = 0.2
TRUNK = (5, 6, 11, 12)
HIPS = (11, 12)


def load(path: str) -> tf.compat.v1.Session:
    """The graph of a TensorFlow.js model; newer TensorFlows want to be told the types of a fused convolution's arguments."""
    original = tf.graph_util.import_graph_def

    def with_types(graph_def: Any, *rest: Any, **named: Any) -> Any:
        for node in graph_def.node:
            if node.op == "_FusedConv2D" and "TArgs" not in node.attr:
                node.attr["TArgs"].list.type.extend([tf.float32.as_datatype_enum] * node.attr["num_args"].i)
        return original(graph_def, *rest, **named)

    tf.graph_util.import_graph_def = with_types
    return tf.compat.v1.Session(graph=tfjs.load_graph_model(path))


def next_square(points: np.ndarray, scores: np.ndarray, width: int, height: int) -> tuple[float, float, float]:
    """Centre and side (px) of the square that is looked at next."""
    if (scores[list(TRUNK)] < SEEN).any():
        return width / 2, height / 2, float(max(width, height))
    x, y = points[list(HIPS)].mean(axis=0)
    away = np.abs(points - (x, y)).max(axis=1)
    reach = max(1.9 * away[list(TRUNK)].max(), 1.2 * away[scores >= SEEN].max())
    return float(x), float(y), float(min(2 * reach, max(width, height)))


def main() -> None:
    video, out, model = sys.argv[1:]
    session = load(model)
    film = cv2.VideoCapture(video)
    width, height = (int(film.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    square = (width / 2, height / 2, float(max(width, height)))
    rate_hz = film.get(cv2.CAP_PROP_FPS)
    found = []
    while True:
        good, picture = film.read()
        if not good:
            break
        x, y, side = square
        scale = SIDE_PX / side
        cut = cv2.warpAffine(
            picture,
            np.array([[scale, 0, SIDE_PX / 2 - scale * x], [0, scale, SIDE_PX / 2 - scale * y]]),
            (SIDE_PX, SIDE_PX),
        )
        (seen,) = session.run(["Identity:0"], {"input:0": cut[None, ..., ::-1].astype(np.int32)})
        points = seen[0, 0, :, 1::-1] * side + (x - side / 2, y - side / 2)
        found.append(points)
        square = next_square(points, seen[0, 0, :, 2], width, height)
    np.savez(out, points=np.array(found), times_s=np.arange(len(found)) / rate_hz)


if __name__ == "__main__":
    main()
