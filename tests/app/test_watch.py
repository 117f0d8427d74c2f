"""`app.py --watch`: what is put into the folder answers, and what is removed does not, without a restart."""

import time
from pathlib import Path

import httpx

from tests.browser.serving import served

QUESTION = "Where was the lighthouse of Carrow built?"
STORY = "The lighthouse of Carrow was built on Gull Island in 1840.\n"


def answered(client: httpx.Client, expected: bool) -> bool:
    """True once the question is answered, or refused, as expected."""
    for _ in range(90):
        reply = client.post("api/ask", json={"question": QUESTION})
        assert reply.status_code in (200, 429), reply.text
        if reply.status_code == 200 and ("Gull Island" in reply.json()["answer"]) is expected:
            return True
        time.sleep(1)
    return False


def test_a_file_in_the_folder_answers_until_it_is_removed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.txt").write_text("The ferry reached Oban at noon on May 3, 2019.\n")
    with (
        served(corpus, tmp_path / "storage", rest=1.0, flags=["--watch"]) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        assert answered(client, False)
        (corpus / "lighthouse.txt").write_text(STORY)
        assert answered(client, True)
        (corpus / "lighthouse.txt").unlink()
        assert answered(client, False)
