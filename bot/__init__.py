"""Floor 2: answering questions from an index, with citations."""
