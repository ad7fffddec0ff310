"""A treadmill gait-retraining monitor (see README.md)."""

import os

from runform_live import isolated

# ONNX Runtime reports its use to its maker otherwise, and keeps a number of this computer under ~/.cache. It reads this when it
# is loaded (but on Windows, where pose/networks.py switches its events off).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
isolated.leave_the_working_folder()
