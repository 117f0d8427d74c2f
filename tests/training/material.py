"""Small pairs and public data files of a made-up kind, for the tests of training."""

import json
import lzma

from training.data.pairs import KEPT_BACK, LONGEST_JUDGED, Pair

FERRY = "The ferry Marlin sank off Oban in 1931 with 45 people aboard."
TITLE, DATE = "Marlin lost in the west", "1931-05-03"
CASTLE = "The castle of Dunmore was built in 1580 by Angus Reid near Leith."


def answered(question: str, passage: str, answer: str) -> Pair:
    start = passage.index(answer)
    return Pair(question, passage, start, start + len(answer))


PAIRS = [
    answered("When did the ferry Marlin sink?", FERRY, "1931"),
    answered("Who built the castle of Dunmore in 1580?", CASTLE, "Angus Reid"),
    answered("Where did the Marlin sink in 1931?", FERRY, "off Oban"),
] * 40


def write(folder, name, records, part="reader"):
    (folder / part).mkdir(exist_ok=True)
    with lzma.open(folder / part / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def written_row(number=1):
    """One passage with its written questions: answered, near miss, follow-up, yes or no."""
    text = f"{FERRY} The captain, Mary Boyd, and the mate, Ian Gray, swam ashore on day {number}."

    def at(words, place="text"):
        whole = {"text": text, "title": TITLE, "date": DATE}[place]
        return {"text": words, "start": whole.index(words), "in": place}

    sank = "When did the Marlin sink?"
    return {
        "id": f"written-{number}",
        "title": TITLE,
        "date": f"{DATE}T00:00:00",
        "text": text,
        "questions": [
            {"question": sank, "answers": [at("1931")]},
            {"question": "Who swam ashore?", "answers": [at("Mary Boyd"), at("Ian Gray")]},
            {"question": "What was lost?", "answers": [at("Marlin", "title")]},
        ],
        "unanswerable": [{"question": "Who built the Marlin?"}],
        "follow_ups": [
            {
                "question": "And where?",
                "rewrite": "Where did the Marlin sink?",
                "history": [sank],
                "answers": [at("off Oban")],
            }
        ],
        "yes_no": [
            {
                "question": "Did the captain survive?",
                "verdict": "yes",
                "evidence": at("swam ashore"),
            }
        ],
    }


def write_judged(folder):
    claim = {"claim": "The Marlin sank.", "evidence": [FERRY, "It rained."]}
    told = {"hypothesis": "The Marlin sank.", "premise": FERRY}
    asked = {"question": "When did it sink?", "sentence": FERRY}
    write(folder, "trecqa_train", [{**asked, "label": 1}, {**asked, "label": 0}], part="pairs")
    write(
        folder,
        "foolmetwice_dev",
        [
            {"claim": "It sank.", "gold_evidence": [FERRY, CASTLE], "label": "SUPPORTS"},
            {"claim": "It rose.", "gold_evidence": [FERRY], "label": "REFUTES"},
            {
                "claim": "Too long.",
                "gold_evidence": ["x" * LONGEST_JUDGED, "y"],
                "label": "SUPPORTS",
            },
        ],
        part="pairs",
    )
    labels = ("supported", "partially_supported", "not_supported")
    write(folder, "wice_oracle_chunks_dev", [{**claim, "label": n} for n in labels], part="pairs")
    labels = ("entailment", "not_entailment")
    write(folder, "rte_train", [{**told, "label": n} for n in labels], part="pairs")
    labels = ("ENTAILMENT", "NEUTRAL", "CONTRADICTION")
    write(folder, "sick_train", [{**told, "label": n} for n in labels], part="pairs")


def validation_files(folder):
    """Writes the validation sets to `folder`, with questions that runs are trained on between the others."""
    folder.mkdir()

    def row(question, context, **more):
        return {"question": question, "context": context, "answers": [], **more}

    adversarial = [
        row(f"Who is {n}?", f"{FERRY} {n}", title=title)
        for n, title in enumerate(sorted([*KEPT_BACK] * 8))
    ]
    trained = [row(f"Why {n}?", CASTLE, title=f"Rhine {n % 7}") for n in range(50)]
    write(folder, "squad2_dev_part", [*trained[:5], *adversarial, *trained[5:]])
    write(folder, "valid_wiki", [row(f"When {n}?", f"{n} {CASTLE}") for n in range(128)])
    news = [written_row(n) | {"article": f"news {n}"} for n in range(12)]
    write(folder, "valid", news, part="written")
    return folder
