"""The language of questions and articles: others are recognised, and English is not taken for one."""

import pytest

from index.text.languages import LANGUAGES, question_language, text_language


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("¿Quién ganó las elecciones?", "Spanish"),
        ("Wer hat die Wahl gewonnen?", "German"),
        ("Où a eu lieu l’attentat ?", "French"),
        ("Quante persone sono morte?", "Italian"),
        ("Hoeveel mensen zijn er omgekomen?", "Dutch"),
        ("Quantas pessoas morreram no incêndio?", "Portuguese"),
        ("Hur många dog i branden?", "Swedish"),
        ("Ile osób zginęło w pożarze?", "Polish"),
        ("Кто победил на выборах?", "Russian"),
        ("من فاز في الانتخابات؟", "Arabic"),
        ("誰が選挙に勝ちましたか", "Japanese"),
    ],
)
def test_the_language_of_a_question_is_recognised(question: str, name: str) -> None:
    found = question_language(question)
    assert found is not None and found.name == name


@pytest.mark.parametrize(
    "question",
    [
        "Who won the election?",
        "And against pre-industrial times?",
        "belgian discount rate april 87",
        "Macron Putin Treffen",
        "Trump's age?",
        "Who's Dilma Rousseff's vice president?",
        "Die Hard director?",
        "total cost?",
        "UN Secretary General",
        "Timeline Notre Dame fire",
        "Who wrote Cien años de soledad?",
        "Kim Kardashian net worth",
        "Where is Los Angeles?",
        "Was Die Zeit sued?",
        "Assad",
        "2015?",
        "",
        "?!",
    ],
)
def test_english_names_and_key_words_show_no_other_language(question: str) -> None:
    assert question_language(question) is None


def test_the_language_of_an_article_is_recognised_by_its_small_words() -> None:
    spanish = text_language(
        "El fuego comenzó poco después de las dos, según los bomberos de la ciudad."
    )
    assert spanish is LANGUAGES["es"]
    assert (
        text_language("The fire began shortly after two, according to the city's firefighters.")
        is None
    )
    assert (
        text_language("Shr 12 cts vs 10 cts. Net 1.2 mln vs 900,000. Revs 14.1 mln vs 11.9 mln")
        is None
    )


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_has_small_words_and_stems(code: str) -> None:
    language = LANGUAGES[code]
    assert len(language.small_words) > 50
    assert language.stems("Merkel 2015") == [language.stem("Merkel"), "2015"]


def test_stems_join_the_forms_of_a_word_with_or_without_accents() -> None:
    spanish, german = LANGUAGES["es"], LANGUAGES["de"]
    assert spanish.stem("incendios") == spanish.stem("Incendio")
    assert spanish.stems("la elección") == ["eleccion"]
    assert german.stem("Brücken") == german.stem("Brücke")
