-- New entries of the indexes of words wait in a list, of 4 MB unless the server says otherwise, which every
-- search reads, and are then sorted in together: a third of the time to write. A sync empties the lists at its end.

ALTER INDEX words_by_term SET (fastupdate = on);
ALTER INDEX stories_by_term SET (fastupdate = on);
