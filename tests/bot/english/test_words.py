import sys
import threading

import pytest
import snowballstemmer
from hypothesis import given

from bot.english.names import find_names
from bot.english.numbers import written_numbers
from bot.english.words import search_words, stem, terms, tokens
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(HOSTILE)
def test_tokens_stand_where_they_say_in_order_and_apart(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.text and token.text == text[token.start : token.end]
        assert token.start >= end
        end = token.end


@given(HOSTILE)
def test_no_text_makes_the_words_of_it_fail(text: str) -> None:
    assert all(isinstance(stem(token.text), str) for token in tokens(text))
    assert stem(text) == stem(text)
    assert all(terms(text)) and terms(text) == terms.__wrapped__(text)
    assert all(token.is_stop_word in (True, False) for token in tokens(text))


@given(HOSTILE)
def test_names_stand_in_the_text_in_order(text: str) -> None:
    at = 0
    for name in find_names(text):
        assert name
        at = text.index(name, at) + len(name)


@given(HOSTILE)
def test_numbers_are_figures(text: str) -> None:
    assert all(float(number) >= 0 for number in written_numbers(text))


@given(HOSTILE)
def test_search_words_are_bare_and_come_once(text: str) -> None:
    found = search_words(text)
    assert len(found) == len(set(found))
    assert all(part.replace("_", "a").isalnum() or not part.isascii() for part in found)
    assert not any('"' in part or " " in part for part in found)


def test_a_question_of_stop_words_is_still_searched_for() -> None:
    assert search_words("What is it about?") == ["what", "is", "it", "about"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Obama's", "Obama"),
        ("Assad’s", "Assad"),
        ("strikes", "strike"),
        ("Russian", "Russia"),
        ("ISIL", "ISIS"),
        ("U.N", "UN"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_names_of_several_words_are_found_under_their_short_form() -> None:
    assert terms("ISIS") <= terms("the Islamic State")
    assert terms("UN") <= terms("the United Nations")


def test_capitals_tell_a_name_from_a_common_word() -> None:
    assert "us" in terms("the US") and not terms("let us")
    assert terms("IS") == terms("ISIS") and not terms("is")


def test_names_and_numbers_of_a_question_as_they_stand() -> None:
    assert find_names("Where did Obama say Bashar al-Assad must go?") == [
        "Obama",
        "Bashar al-Assad",
    ]
    assert written_numbers("more than 220,000 lives since 2011, or 1.5 million") == [
        "220000",
        "2011",
        "1.5",
    ]


def test_threads_that_stem_at_once_get_the_right_stems() -> None:
    endings = ("", "s", "ed", "ing", "ly", "ness", "fulness", "ational", "ization")
    stemmer = snowballstemmer.stemmer("english")
    expected = {
        word: stemmer.stemWord(word)
        for word in (
            f"thread{letter}{n}able{end}" for letter in "bcd" for n in range(9) for end in endings
        )
    }
    wrong: list[str] = []

    def work() -> None:
        wrong.extend(word for word, right in expected.items() if stem(word) != right)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
