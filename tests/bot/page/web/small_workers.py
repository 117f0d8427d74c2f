"""A program of three workers that serve nothing: `python -m tests.bot.page.web.small_workers FOLDER KIND`."""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.page.web.workers import keep_running


def work(folder: Path, kind: str, number: int, port: int, served: Callable[[], None]) -> None:
    """Note that it has begun; then serve, end, or refuse, depending on the kind and the number."""
    with (folder / str(number)).open("a") as file:
        file.write("begun\n")
    begun = (folder / str(number)).read_text().count("begun")
    if number == 2 and kind == "refuses":
        sys.exit(2)
    while number == 1 and kind == "refuses late" and begun == 1:
        time.sleep(0.05)
        if len([*folder.glob("*.serves")]) == 2:
            sys.exit(2)
    if number == 2 and kind == "starts late" and begun < 3:
        sys.exit(3)
    while number != 2 and kind == "refuses":
        time.sleep(0.05)  # not ready yet
    served()
    (folder / f"{number}.serves").touch()
    if number == 2 and kind == "ends" and begun < 3:
        return
    while True:
        time.sleep(0.05)


def say(line: str) -> None:
    """Print one line."""
    print(line, flush=True)


if __name__ == "__main__":
    try:
        served = keep_running(
            partial(work, Path(sys.argv[1]), sys.argv[2]), [5001, 5002, 5003], say
        )
        say(f"served: {served}")
    except KeyboardInterrupt:
        say("interrupted")
