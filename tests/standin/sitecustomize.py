"""Puts the camera stand-in into every Python process that has this folder on PYTHONPATH and RUNFORM_STANDIN in its environment.

Python imports this file by its name when it starts. OpenCV is not imported here: the stand-in is put in place when the program
imports it.
"""

import os
import sys


class _AfterCv2:
    """Finds cv2 as usual, once, and has the stand-in put into it when it is loaded."""

    def find_spec(self, name, _path=None, _target=None):
        if name != "cv2":
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_with_standin(module):
                load(module)
                from standin_camera import put_into

                put_into(module)

            spec.loader.exec_module = load_with_standin
        return spec


if os.environ.get("RUNFORM_STANDIN"):
    sys.meta_path.insert(0, _AfterCv2())
