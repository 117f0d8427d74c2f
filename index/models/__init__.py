"""ONNX sessions and the encoder.

They know nothing of articles.
"""
