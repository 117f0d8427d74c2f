"""Made conversations: what gives way is mentioned before, and the rewrite is the question as it was asked."""

import json
import lzma
import random

import pytest

from training.data.dialogues import LONG, dialogues, with_long_answers

CONTEXT = (
    "Angus Reid was born in Leith. He built the pier of Oban in 1931. His brother Malcolm sold it. "
    "He died in Glasgow."
)
ASKED = [
    ("Where was Angus Reid born?", "Leith"),
    ("When did Angus Reid build the pier of Oban?", "1931"),
    ("Who sold the pier of Oban?", "Malcolm"),
    ("Where did Angus Reid die?", "Glasgow"),
    ("Where did he go?", "Glasgow"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "reader").mkdir()
    with lzma.open(folder / "reader" / "train.jsonl.xz", "wt", encoding="utf-8") as file:
        for copy in range(40):
            for question, answer in ASKED:
                row = {"source": "squad11_train", "context": f"{copy}. {CONTEXT}"}
                start = row["context"].index(answer)
                row |= {"question": question, "answers": [answer], "answer_start": [start]}
                file.write(json.dumps(row) + "\n")
    return dialogues(folder, seed=0), dialogues(folder, seed=0)


def test_the_rewrite_is_a_question_as_somebody_asked_it(made):
    rows, again = made
    assert rows == again and len(rows) > 80
    assert {row["rewrite"] for row in rows} <= {question for question, _ in ASKED}
    assert all(row["history"] for row in rows)


def test_what_gives_way_was_mentioned_and_pronouns_take_its_place(made):
    changed = [row for row in made[0] if row["question"] != row["rewrite"]]
    assert len(changed) > 40
    for row in changed:
        gone = set(row["rewrite"].rstrip("?").split()) - set(row["question"].rstrip("?").split())
        said = " ".join(row["history"])
        assert all(word in said for word in gone - {"the", "of"})
    assert {"Where did he die?", "When did he build the pier of Oban?"} & {
        row["question"] for row in changed
    }


def test_some_questions_stand_on_their_own_and_none_of_them_has_a_pronoun(made):
    kept = [row["question"] for row in made[0] if row["question"] == row["rewrite"]]
    assert kept and "Where did he go?" not in kept
    assert not any(f" {word} " in f" {q} " for q in kept for word in ("he", "it", "his"))


def test_questions_alone_get_passages_for_answers():
    row = {"history": ["Who built the pier?", "When?"], "question": "Why?", "rewrite": "Why?"}
    passages = ["Trees are tall. " * 200, "The pier was built. " * 200]
    longer = with_long_answers(row, passages, random.Random(0))
    assert longer["history"][::2] == row["history"]
    assert longer["history"][1].startswith("The pier")
    assert all(len(text) <= LONG[1] for text in longer["history"])
    assert (longer["question"], longer["rewrite"]) == ("Why?", "Why?")
