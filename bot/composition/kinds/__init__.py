"""Questions that one sentence cannot answer: they are answered by choosing, grouping, ordering and counting.

Every item is the articles' own words with a citation; nothing here writes a sentence about the news.
"""
