"""A folder of articles and its index.

It does not know how questions are answered.
"""

import os

# onnxruntime sends telemetry unless this is set before it is first loaded, by Byline or by Chroma: its own
# function to disable it comes too late. All of Byline imports this package first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
