"""What a mirrored pass gives, turned back."""

from __future__ import annotations

import numpy as np

from runform_live.pose import cards
from runform_live.pose.networks import mirrored_back


def test_a_mirrored_pass_is_turned_back_and_its_sides_are_exchanged() -> None:
    card = cards.find("frontal", "landmarks")
    names, width = card.network.landmarks, card.network.input.width_px
    mirrored = np.zeros((1, len(names), 3), np.float32)
    mirrored[0, names["right_hip"]] = (width - 62.0, 104.0, 3.0)
    mirrored[0, names["c7"]] = (width / 2, 10.0, 1.0)
    back = mirrored_back({"landmarks": mirrored}, card)["landmarks"]
    np.testing.assert_allclose(back[0, names["left_hip"]], (62.0, 104.0, 3.0))
    np.testing.assert_allclose(back[0, names["c7"]], (width / 2, 10.0, 1.0))
