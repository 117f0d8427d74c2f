"""Floor 1: a folder of articles and its index."""
