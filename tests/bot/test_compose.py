from bot.answer import Evidence
from bot.citations import cite
from bot.compose import MOST_CITATIONS, choose, compose, refusal, why_changed, why_refused
from tests.bot.checks import MARKER, make_article, make_evidence

FERRY = make_article("The ferry reached Oban at noon. It was late.\nNobody was hurt.", "ferry.txt")


def other(number: int, score: float, text: str = "It reached Oban.") -> Evidence:
    return make_evidence(make_article(text, f"other-{number}.txt"), text, "Oban", score)


def phrase(score: float = 0.9) -> Evidence:
    return make_evidence(FERRY, "The ferry reached Oban at noon.", "Oban", score)


def test_a_phrase_is_backed_by_other_articles_that_are_about_as_sure_and_say_it() -> None:
    sure, unsure = other(1, 0.85), other(2, 0.3)
    silent = make_evidence(make_article("It stayed in Mallaig."), "It stayed in Mallaig.", "", 0.89)
    same = make_evidence(FERRY, "It was late.", "late", 0.88)
    assert choose([phrase(), silent, same, sure, unsure]) == (phrase(), sure)


def test_no_more_than_a_few_articles_are_cited() -> None:
    assert len(choose([phrase(), *(other(n, 0.9) for n in range(9))])) == MOST_CITATIONS


def test_a_sentence_brings_the_next_best_one_of_its_article_and_no_third() -> None:
    first = make_evidence(FERRY, "The ferry reached Oban at noon.")
    second = make_evidence(FERRY, "It was late.", score=0.8)
    third = make_evidence(FERRY, "Nobody was hurt.", score=0.79)
    assert choose([first, other(1, 0.85), second, third]) == (first, second)
    assert choose([first, make_evidence(FERRY, "It was late.", score=0.1)]) == (first,)


def test_the_text_holds_every_quote_with_its_number_in_order() -> None:
    chosen = [phrase(), other(1, 0.9), other(2, 0.9)]
    short, text = compose(chosen, cite(chosen))
    assert short == "Oban" and text.startswith("Oban.\n")
    assert MARKER.findall(text) == ["1", "2", "3"]
    assert all(item.support.of(item.candidate.article.text) in text for item in chosen)


def test_a_sentence_is_its_own_short_answer_with_line_ends_made_spaces() -> None:
    article = make_article("The ferry\r\nwas late.")
    chosen = [make_evidence(article, "The ferry\r\nwas late.")]
    short, text = compose(chosen, cite(chosen))
    assert short == "The ferry was late." and text == "“The ferry was late.” [1]"


def test_a_refusal_gives_its_reason_and_the_nearest_articles() -> None:
    text = refusal("nobody knows", [("ferry.txt", "The ferry"), ("b.md", "B")])
    assert "nobody knows" in text and "The ferry (ferry.txt)" in text and "B (b.md)" in text
    assert "Nearest" not in refusal("nobody knows", [])


def test_the_reason_names_what_is_missing_or_what_to_do() -> None:
    assert why_refused([]) and why_refused([phrase()])
    missing = Evidence(*(phrase().candidate, phrase().answer, phrase().support, 0.1, ("Elba",)))
    assert "Elba" in why_refused([missing])
    assert "ferry.txt" in why_changed(phrase()) and "python -m index sync" in why_changed(phrase())
