"""Floor 1: a folder of articles and its index."""

import os

# onnxruntime reports its use to its makers unless this is set before it is first loaded, by us or by Chroma;
# its function that disables telemetry comes too late. Everything of ours imports this package first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
