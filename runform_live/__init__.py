"""A treadmill gait-retraining monitor (see README.md)."""

import os

# ONNX Runtime reports its use to its maker otherwise, and leaves a file behind. It reads this when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
