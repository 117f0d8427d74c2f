"""The language of a text, where it shows one."""

import subprocess
import sys

import pytest

from index.text.language import language_of
from tests.index.workshop import ROOT


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The minister said that the bridge was closed on Monday, and that it is to be repaired."),
        ("de", "Die Brücke ist seit Montag gesperrt, und der Minister sagte, dass sie nicht sicher ist."),
        ("fr", "Le pont est fermé depuis lundi, et la ministre a dit que les réparations sont chères."),
        ("es", "El puente está cerrado desde el lunes, y la ministra dijo que no es seguro para los coches."),
        ("it", "Il ponte è chiuso da lunedì, e il ministro ha detto che non è sicuro per la città."),
        ("pl", "Most jest zamknięty, a minister powiedział, że nie jest bezpieczny i się zmieni."),
        ("nb", "Ordføreren sa at broen er stengt fra mandag, og at det tar uker å gjøre den trygg."),
        ("da", "Borgmesteren sagde, at broen er lukket fra mandag, og at det tager uger at gøre den sikker."),
        ("sv", "Borgmästaren sade att bron är stängd från måndag och att det tar veckor att göra den säker."),
        ("pt", "A ponte está fechada desde segunda-feira, e a ministra disse que não é segura."),
        ("nl", "De brug is sinds maandag gesloten, en de minister zei dat hij niet veilig is."),
        ("cs", "Most je od pondělí zavřený a ministr řekl, že není bezpečný."),
        ("hu", "A híd hétfő óta zárva van, és a miniszter szerint nem biztonságos."),
        ("tr", "Köprü pazartesiden beri kapalı, bakan güvenli olmadığını söyledi."),
        ("fi", "Silta on ollut suljettuna maanantaista lähtien, ministeri sanoi."),
        ("bg", "Мостът е затворен от понеделник, каза министърът."),
        ("ru", "Мост закрыт с понедельника, сказал министр."),
        ("uk", "Міст закрито з понеділка, сказав міністр."),
        ("ja", "橋は月曜日から閉鎖されていると大臣は述べた。"),
        ("zh", "部长说，这座桥从星期一起关闭。"),
        ("el", "Η γέφυρα είναι κλειστή από τη Δευτέρα."),
        ("", "Bridge 42"),
        ("", ""),
        ("", "12:30, 4,812 | 51.2 | 33.0"),
        ("", "\ud800 \0"),
        ("", "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor"),
    ],
)  # fmt: skip
def test_the_language_is_known_where_a_text_shows_one(code, text):
    assert language_of(text) == code


def test_the_model_is_not_loaded_before_a_language_is_asked_for():
    code = "import sys, index.sync.table; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_people_who_ask_at_once_wait_for_one_model() -> None:
    """Four threads of a fresh program; the model takes a quarter of a second to load."""
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from py3langid.langid import LanguageIdentifier as L\n"
        "load, loaded = L.from_model_file, []\n"
        "L.from_model_file = lambda *a, **k: loaded.append(1) or load(*a, **k)\n"
        "from index.text.language import language_of\n"
        "text = 'Die Brücke ist seit Montag gesperrt, sagte der Minister.'\n"
        "print(list(ThreadPoolExecutor(4).map(language_of, [text] * 4)), len(loaded))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert run.stdout == "['de', 'de', 'de', 'de'] 1\n", run.stderr
