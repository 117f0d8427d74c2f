"""Made-up stories: every blank is filled, every answer stands where it should, and near misses have none."""

import random
import re
from collections import defaultdict

import pytest

from training.data.stories import read_families, story_pairs

PAIRS = story_pairs(300, random.Random(3))


def test_the_same_seed_makes_the_same_stories():
    assert PAIRS[:50] == story_pairs(300, random.Random(3))[:50]
    assert PAIRS[:50] != story_pairs(300, random.Random(4))[:50]


@pytest.mark.parametrize("family", read_families(), ids=lambda family: "-".join(family.blanks))
def test_a_family_declares_its_blanks_and_uses_each(family):
    asked = [question for some in family.questions.values() for question in some]
    used = set(re.findall(r"\{(\w+)", " ".join(family.sentences + asked)))
    assert used == set(family.blanks)
    assert set(family.questions) <= set(family.blanks)


@pytest.mark.parametrize("family", read_families(), ids=lambda family: "-".join(family.blanks))
def test_every_question_of_a_family_can_be_answered_by_some_sentence(family):
    told = " ".join(family.sentences)
    assert all(f"{{{blank}}}" in told for blank in family.questions)


def test_no_blank_is_left_open():
    assert not any("{" in pair.question + pair.passage for pair in PAIRS)


def test_answers_stand_behind_the_head_and_are_whole_words():
    answered = [pair for pair in PAIRS if pair.start >= 0]
    for pair in answered:
        answer = pair.passage[pair.start : pair.end]
        assert pair.start >= pair.head
        assert answer == answer.strip() != ""
        assert not (pair.passage[pair.start - 1].isalnum() and pair.start)
        assert not pair.passage[pair.end].isalnum()


def test_a_story_has_answered_questions_and_near_misses_of_its_own_passage():
    groups = defaultdict(list)
    for pair in PAIRS:
        groups[pair.group].append(pair)
    assert all(len({pair.passage for pair in group}) == 1 for group in groups.values())
    both = [group for group in groups.values() if {p.start >= 0 for p in group} == {True, False}]
    assert len(both) > 0.9 * len(groups)


def test_two_questions_about_one_sentence_have_different_answers():
    groups = defaultdict(list)
    for pair in PAIRS:
        if pair.start >= 0:
            groups[pair.group].append(pair.passage[pair.start : pair.end])
    assert all(len(answers) == len(set(answers)) for answers in groups.values())
