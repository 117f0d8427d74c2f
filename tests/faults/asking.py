"""A process that asks questions continuously, whatever happens to the index.

`python -m tests.faults.asking CORPUS STORAGE` prints one JSON object per answer: the times of question and
answer, and the citations or the known error. It ends when its input ends.
"""

import json
import sys
import threading
import time
from pathlib import Path

from bot.build import build_engine
from index.errors import StorageError
from index.settings import load_settings


def main(corpus: Path, storage: Path) -> None:
    settings = load_settings(corpus=corpus, storage=storage, strictness="lenient", candidates=4)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    engine, number = None, 0
    while not ended.is_set():
        number += 7
        said = {"asked": time.monotonic()}
        try:
            engine = engine or build_engine(settings)
            answer = engine.answer(f"What would part 3 of the bridge of town {number % 60} cost?")
            said["cited"] = [[c.file, c.start, c.quote] for c in answer.citations]
        except StorageError as error:
            assert "\n" not in str(error)
            said["error"] = str(error)
        said["answered"] = time.monotonic()
        print(json.dumps(said), flush=True)
        ended.wait(0.15)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
