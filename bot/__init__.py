"""Byline answers questions about a folder of articles, with citations: the public API.

Nothing is loaded before it is used, because the models' libraries take a second to import.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.answer import Answer, Citation
    from bot.build import open_engine
    from bot.conversation import Conversation
    from bot.engine import Engine

__all__ = ["Answer", "Citation", "Conversation", "Engine", "open_engine"]
_MODULES = {
    "Answer": "bot.answer",
    "Citation": "bot.answer",
    "Conversation": "bot.conversation",
    "Engine": "bot.engine",
    "open_engine": "bot.build",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'bot' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)
