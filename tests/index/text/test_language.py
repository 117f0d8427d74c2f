"""The language of a text, where it shows one."""

import pytest

from index.text.language import language_of


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The minister said that the bridge was closed on Monday, and that it is to be repaired."),
        ("de", "Die Brücke ist seit Montag gesperrt, und der Minister sagte, dass sie nicht sicher ist."),
        ("fr", "Le pont est fermé depuis lundi, et la ministre a dit que les réparations sont chères."),
        ("es", "El puente está cerrado desde el lunes, y la ministra dijo que no es seguro para los coches."),
        ("it", "Il ponte è chiuso da lunedì, e il ministro ha detto che non è sicuro per la città."),
        ("pl", "Most jest zamknięty, a minister powiedział, że nie jest bezpieczny i się zmieni."),
        # Danish and Norwegian share these words
        ("", "Broen er stengt, og ministeren sa at den ikke er trygg, og at det tar tid."),
        ("ru", "Мост закрыт с понедельника, сказал министр."),
        ("uk", "Міст закрито з понеділка, сказав міністр."),
        ("ja", "橋は月曜日から閉鎖されていると大臣は述べた。"),
        ("zh", "部长说，这座桥从星期一起关闭。"),
        ("el", "Η γέφυρα είναι κλειστή από τη Δευτέρα."),
        ("", "Bridge 42"),
        ("", ""),
        ("", "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor"),
    ],
)  # fmt: skip
def test_the_language_is_known_by_its_script_and_its_commonest_words(code, text):
    assert language_of(text) == code
