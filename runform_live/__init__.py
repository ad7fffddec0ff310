"""A treadmill gait-retraining monitor (see README.md)."""

import os

from runform_live import isolated

# ONNX Runtime reports its use to its maker otherwise, and leaves a file behind. It reads this when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
isolated.leave_the_working_folder()
