"""Articles in Spanish, German and English: sentences by words, said to be that, none of them confident."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.build import build_engine
from bot.conversation import Conversation
from bot.engine import Engine
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import check_citations

ARTICLES = {
    "incendio.txt": """Doce muertos en un incendio en el puerto de Arenal

3 de marzo de 2023

Un incendio en un almacén del puerto de Arenal causó la muerte de doce personas en la madrugada del
viernes. El fuego comenzó poco después de las dos, según los bomberos. La alcaldesa, Marta Solano,
decretó tres días de luto.

El almacén pertenecía a la empresa Naviera Roldán, que no había renovado el seguro.
""",
    "puente.txt": """El puente de Sotillo se reabre tras las obras

2 de junio de 2023

El puente de Sotillo volvió a abrirse al tráfico el jueves después de ocho meses de obras. La
reparación costó 4,2 millones de euros, dijo el ingeniero Pablo Ferrer. Los comerciantes del barrio
celebraron la reapertura.
""",
    "elecciones.txt": """Laura Pinto gana las elecciones en Montalvo

14 de mayo de 2023

Laura Pinto ganó las elecciones municipales de Montalvo con el 53 por ciento de los votos. Su rival,
Jorge Vela, obtuvo el 41 por ciento y reconoció su derrota el domingo por la noche.
""",
    "bruecke.txt": """Neue Brücke über die Lorme eröffnet

7. Juni 2023

In Altenau ist am Mittwoch eine neue Brücke über die Lorme eröffnet worden. Sie kostete 18 Millionen
Euro und ist 240 Meter lang. Die alte Brücke wurde 2019 nach einem Hochwasser gesperrt, und viele
Pendler mussten seitdem einen Umweg fahren.
""",
    "ferry.txt": """Ferry to Lunt runs again

June 9, 2023

The ferry to Lunt sailed again on Friday after a strike of eleven days. Ada Pell, who runs the
harbour, said that three thousand passengers had been waiting.
""",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    return settings


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    with build_engine(settings) as one:
        yield one


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Quién ganó las elecciones de Montalvo?", "Laura Pinto"),
        ("¿Cuánto costó la reparación del puente de Sotillo?", "4,2 millones"),
        ("¿A quién pertenecía el almacén?", "Naviera Roldán"),
        ("¿Cuándo comenzó el fuego en el almacén?", "poco después de las dos"),
        ("Wann wurde die alte Brücke gesperrt?", "2019"),
    ],
)
def test_a_sentence_with_the_words_answers_and_is_never_sure(
    engine: Engine, settings: Settings, question: str, words: str
) -> None:
    answer = engine.answer(question)
    assert not answer.refused, answer.text
    assert words in " ".join(citation.quote for citation in answer.citations)
    assert answer.confidence < 0.6
    check_citations(answer, settings.corpus)


@pytest.mark.parametrize(
    "question",
    [
        "¿Quién es el presidente de Francia?",
        "¿Cuándo se hundió el barco?",
        "Wie heißt der Bürgermeister von Köln?",
        "How many people died in the fire?",
        "Who won the elections in Montalvo?",
        "Combien de personnes sont mortes dans l'incendie ?",
    ],
)
def test_what_the_words_do_not_answer_is_refused(engine: Engine, question: str) -> None:
    assert engine.answer(question).refused


def test_the_language_is_reported_once_in_a_conversation(engine: Engine) -> None:
    first = engine.answer("¿Quién ganó las elecciones de Montalvo?")
    assert "Most of these articles are in Spanish" in first.notice and "not read" in first.notice
    told = Conversation().with_turn(first)
    assert "Spanish" not in engine.answer("¿A quién pertenecía el almacén?", told).notice


def test_a_question_in_english_about_other_articles_gets_advice(engine: Engine) -> None:
    assert "ask in Spanish" in engine.answer("What happened to the bridge of Sotillo?").notice


def test_english_articles_are_read_as_ever(engine: Engine) -> None:
    answer = engine.answer("How many passengers had been waiting for the ferry to Lunt?")
    assert "three thousand" in answer.answer.lower() and answer.confidence > 0.5


@pytest.mark.parametrize(
    "question", ["¿" * 50 + "Quién?", '¿Quién \0 ganó " OR *?', "¿" + "elecciones " * 150 + "?"]
)
def test_hostile_questions_get_an_answer_or_a_refusal(engine: Engine, question: str) -> None:
    assert isinstance(engine.answer(question), Answer)


def test_articles_count_by_words_in_any_language(engine: Engine, tmp_path: Path) -> None:
    assert engine.answer("How many articles mention Montalvo?").answer.startswith("1 of 5")
