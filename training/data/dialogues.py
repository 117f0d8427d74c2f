"""Generates conversations from questions that people asked about one text, to train the resolver.

A name or phrase that the conversation has mentioned is replaced by a pronoun or "the X", or dropped; the
original question is the rewrite. It knows texts and questions, and nothing of networks.
"""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.english.words import Token, tokens
from training.data.records import records

# Sets with several whole questions about one text.
SOURCES = ("squad11", "squad_", "squadshifts_new_wiki", "quoref")
LEAST, MOST = 3, 6  # questions of a conversation
UNCHANGED = 0.5  # share of the turns with nothing to replace that are kept
SWITCHES = 0.2  # share of the conversations that follow another one
TITLED = 0.3  # share that begins with the name of its topic
DROPPED = 0.6  # share of the phrases at the end of a question that are dropped
LONG = (300, 1000)  # characters of a long answer
CANDIDATES = 600  # passages from which a long answer is picked
_PREPOSITIONS = frozenset("in at of for during on from by with about to against".split())
_AUXILIARIES = frozenset("did does do was were is are has have had will would can could".split())
_PERSONS = {"he": ("he", "him", "his"), "she": ("she", "her", "her")}
_THINGS = {"it": ("it", "it", "its"), "they": ("they", "them", "their")}
# Such a question is not standalone in its original form.
_OPEN = re.compile(r"\b(?:he|him|his|she|her|they|them|their|it|its|this|that|these|those)\b", re.I)

Row = dict[str, Any]


def dialogues(data: Path, seed: int) -> list[Row]:
    """Turns as `{"history", "question", "rewrite"}`, deterministic for a seed."""
    rng = random.Random(seed)
    asked = (r for r in records(data, "reader/train") if r["source"].startswith(SOURCES))
    texts = [list(group) for _, group in groupby(asked, key=lambda r: r["context"])]
    texts = [group for group in texts if len(group) >= LEAST]
    rng.shuffle(texts)
    made: list[Row] = []
    before: list[str] = []
    for group in texts:
        opening = before[-4:] if rng.random() < SWITCHES else []
        rows, before = _conversation(group, opening, rng)
        made += rows
    return made


def _conversation(
    group: Sequence[Row], opening: Sequence[str], rng: random.Random
) -> tuple[list[Row], list[str]]:
    """The turns of a conversation about one text, and its history."""
    rows, said = [], list(opening)
    context = group[0]["context"]
    if not said and rng.random() < TITLED:
        said.append(_topic(context))
    for row in sorted(group[:MOST], key=lambda r: (r["answer_start"] or [0])[0]):
        question = _shortened(row["question"], said, context, rng) if said else row["question"]
        is_changed = question != row["question"]
        if said and (is_changed or (not _OPEN.search(question) and rng.random() < UNCHANGED)):
            rows.append({"history": list(said), "question": question, "rewrite": row["question"]})
        said += [question, _answer(row, rng)]
    return rows, said


def _topic(context: str) -> str:
    """The most frequent capitalised word of the text."""
    words = [t.text for t in tokens(context) if t.is_capitalised and not t.is_stop_word]
    return max(words, key=words.count, default="Topic")


def _answer(row: Row, rng: random.Random) -> str:
    """A short answer, its sentence, or a longer part of the text."""
    context, kind = row["context"], rng.random()
    start = (row["answer_start"] or [0])[0]
    if kind < 0.3 and row["answers"]:
        return str(row["answers"][0])
    if kind < 0.85:
        left = context.rfind(". ", 0, start) + 1
        right = context.find(". ", start)
        return str(context[left : right + 1 if right > 0 else len(context)].strip())
    length = rng.randint(*LONG)
    return str(context[max(0, start - length // 2) :][:length])


def _shortened(question: str, said: Sequence[str], context: str, rng: random.Random) -> str:
    """The question with one mentioned phrase replaced or dropped, or unchanged."""
    found = list(_mentioned(question, " ".join(said).lower()))
    if not found:
        return question
    # The text's topic is replaced more often than a phrase that occurs once.
    start, end = max(found, key=lambda p: context.count(question[p[0] : p[1]]) + rng.random())
    phrase, head, tail = question[start:end], question[:start], question[end:]
    led = re.search(r"(\w+) (?:the |The )?$", head)
    if led and led[1] in _PREPOSITIONS and tail.strip() in ("?", "") and rng.random() < DROPPED:
        return head[: led.start()].rstrip() + "?"
    is_name = phrase[0].isupper() and not head.lower().endswith("the ")
    head, words = re.sub(r"\b[Tt]he $", "", head), phrase.split()
    if not is_name and len(words) > 1 and rng.random() < 0.5:
        return f"{head}{rng.choice(('the', 'that', 'this'))} {words[-1]}{tail}"
    subject, other, own = _forms(phrase, is_name, context, rng)
    if possessive := re.match(r"['’]s?(?= )", tail):
        return head + own + tail[possessive.end() :]
    last = head.split()[-1].lower() if head.split() else ""
    is_subject = not last or last in _AUXILIARIES
    whole = head + (subject if is_subject else other) + tail
    return whole[0].upper() + whole[1:]


def _forms(phrase: str, is_name: bool, context: str, rng: random.Random) -> tuple[str, str, str]:
    """Subject, object and possessive pronoun that may stand for the phrase."""
    if not is_name:
        plural = phrase.endswith("s") and not phrase.endswith("ss")
        return _THINGS["they" if plural else "it"]
    text = f" {context.lower()} "
    he, she = (len(re.findall(rf"\b(?:{words})\b", text)) for words in ("he|his|him", "she|her"))
    if he + she >= 2 and rng.random() < 0.9:
        return _PERSONS["he" if he >= she else "she"]
    return _THINGS["it" if rng.random() < 0.7 else "they"]


def _mentioned(question: str, said: str) -> Iterator[tuple[int, int]]:
    """The longest phrases of the question that the history has, as (start, end)."""
    words = tokens(question)
    taken = 0
    for first in range(1, len(words)):
        for last in range(min(len(words), first + 5), first, -1):
            run = words[first:last]
            start, end = run[0].start, _without_possessive(run[-1])
            around = words[first - 1], words[last] if last < len(words) else None
            if start >= taken and _may_be_phrase(around, run, question[start:end], said):
                yield start, end
                taken = end
                break


def _without_possessive(word: Token) -> int:
    return word.end - 2 if word.text.endswith(("'s", "’s")) else word.end


def _may_be_phrase(
    around: tuple[Token, Token | None], run: Sequence[Token], text: str, said: str
) -> bool:
    """True for a whole name, or words after "the", that the history has."""
    before, after = around
    if run[0].is_stop_word or run[-1].is_stop_word:
        return False
    if not (text[0].isupper() or before.text.lower() == "the"):
        return False
    if before.is_capitalised and not before.is_stop_word:
        return False
    follows = after is not None and not after.is_stop_word
    if follows and before.text.lower() not in _AUXILIARIES and not run[-1].text.endswith("s"):
        return False  # prefer a word that describes the next one: "the African nation"
    return re.search(rf"\b{re.escape(text.lower())}\b", said) is not None


def with_long_answers(row: Row, passages: Sequence[str], rng: random.Random) -> Row:
    """A conversation without answers, with the best of a few passages after each question."""
    history = []
    for item in row["history"]:
        wanted = {token.stem for token in tokens(item) if not token.is_stop_word}
        some = rng.sample(passages, min(len(passages), CANDIDATES))
        best = max(some, key=lambda p: sum(stem in p.lower() for stem in wanted))
        history += [item, best[: rng.randint(*LONG)]]
    return {**row, "history": history}
