"""Gradio, imported without the stub files that it writes for its components at every import.

It reads and parses the source of every component for them, which takes half of the import's time, and they
are of no use to a page. It leaves out a component whose source file is not known.
"""

import inspect


def _unknown(_: object) -> str:
    raise OSError("the source of components is not read: their stub files are not needed")


_getfile = inspect.getfile
inspect.getfile = _unknown  # type: ignore[assignment]
try:
    import gradio as gr
finally:
    inspect.getfile = _getfile

__all__ = ["gr"]
