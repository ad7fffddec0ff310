"""The frontal networks: the picture generator, clips with known truth, and the training. README.md is the way in."""
