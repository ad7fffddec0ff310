"""Puts test doubles into every Python process that has this folder on PYTHONPATH, as the environment asks for.

RUNFORM_STANDIN: the camera stand-in takes the place of OpenCV's camera. RUNFORM_SHOWN: windows tell what they show, and where.
Python imports this file by its name when it starts. Nothing else is imported here: a double is put in place when the program imports
what it belongs to.
"""

import os
import sys


class _After:
    """Finds a module as usual, once, and has something put into it when it is loaded."""

    def __init__(self, name, put):
        self._name, self._put = name, put

    def find_spec(self, name, _path=None, _target=None):
        if name != self._name:
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_put(module):
                load(module)
                self._put(module)

            spec.loader.exec_module = load_and_put
        return spec


def _camera(module):
    from standin_camera import put_into

    put_into(module)


def _shown(module):
    from shown_widgets import put_into

    put_into(module)


if os.environ.get("RUNFORM_STANDIN"):
    sys.meta_path.insert(0, _After("cv2", _camera))
if os.environ.get("RUNFORM_SHOWN"):
    sys.meta_path.insert(0, _After("dearpygui.dearpygui", _shown))
