"""The language of a text, by a classifier.

It does not know dialects; a short or mixed text has no language.
"""

import re
import threading
from functools import cache
from typing import Any

_LETTERS = 20  # a text with fewer shows no language
_SAMPLE = 5_000  # characters; the rest adds nothing
_SURE = 0.8
# What newspapers are written in. The model knows more, and takes English in some styles for a pidgin.
_SHOWN = frozenset(
    """af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk
    km kn ko lo lt lv mk ml mn mr ms mt my nb ne nl or pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tl tr
    uk ur uz vi zh""".split()
)
_NORWEGIAN = {"no": "nb", "nn": "nb"}
_LOADING = threading.Lock()
_FILLERS = ("la", "zxx")  # Latin and figures: no article, but known to the model as such
_WORD = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, or "" when it does not show one."""
    sample = text[:_SAMPLE]
    if len(_WORD.findall(sample)) < _LETTERS and not _is_dense(sample):
        return ""
    code, sureness = _model().classify(sample)
    code = _NORWEGIAN.get(code, code)
    return code if sureness >= _SURE and code in _SHOWN else ""


def _is_dense(text: str) -> bool:
    """True for a script that says much in few letters."""
    return len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text)) >= _LETTERS / 2


def _model() -> Any:
    with _LOADING:  # who asks while it is being loaded waits, and does not load another
        return _loaded()


@cache
def _loaded() -> Any:
    # imported here, because the model takes a second to load and few texts need it
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages({*_SHOWN - {"nb"}, *_NORWEGIAN, *_FILLERS})
    return model
