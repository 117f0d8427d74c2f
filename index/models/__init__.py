"""ONNX sessions and the encoder.

They do not know articles.
"""
