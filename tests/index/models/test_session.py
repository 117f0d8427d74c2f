"""No library that the index loads sends telemetry."""

import os
import subprocess
import sys

from index.settings import ROOT


def test_telemetry_is_off_before_onnxruntime_is_loaded() -> None:
    told = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            assert os.environ.get("ORT_DISABLE_TELEMETRY") == "1", "loaded with telemetry"
sys.meta_path.insert(0, Watch())
import bot.build, onnxruntime
"""
    clean = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
