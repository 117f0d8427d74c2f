"""The two MCP tools, `ask` and `search_articles`: their schemas, and what they return.

They do not know the protocol; `bot.page.api.mcp` serves them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from bot.answer import Answer, Candidate
from bot.composition.citations import passage_json
from bot.conversation import Conversation
from bot.retrieval.sources import Scope
from index.errors import QuestionError

MOST_BEFORE = 8  # earlier questions: each is answered again
MOST_PASSAGES = 50
_QUESTION = {"type": "string", "minLength": 1, "description": "A question in plain English."}
_ASK = {
    "type": "object",
    "properties": {
        "question": _QUESTION,
        "conversation": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "maxItems": MOST_BEFORE,
            "description": (
                "The questions asked before in this conversation, oldest first, so that a follow-up such "
                'as "And Putin?" is understood. Left out: the question stands on its own.'
            ),
        },
    },
    "required": ["question"],
    "additionalProperties": False,
}
_SEARCH = {
    "type": "object",
    "properties": {
        "question": _QUESTION | {"description": "What to look for: a question or a few words."},
        "k": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_PASSAGES,
            "default": 10,
            "description": "How many passages, best first.",
        },
    },
    "required": ["question"],
    "additionalProperties": False,
}


class ToolEngine(Protocol):
    """The part of the engine that the tools use."""

    def answer(self, question: str, conversation: Conversation = ..., scope: Scope = ...) -> Answer:
        """The answer to a question in its conversation; raises BylineError."""
        ...

    def find(
        self, question: str, k: int = ..., scope: Scope = ...
    ) -> tuple[tuple[Candidate, ...], str]:
        """The passages that match a question, and a notice or ""; raises BylineError."""
        ...


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its description for a model, the schema of its arguments, and its function."""

    name: str
    description: str
    schema: dict[str, Any]
    run: Callable[[Mapping[str, Any], Scope], dict[str, Any]]


def tools(engine: ToolEngine) -> tuple[Tool, ...]:
    """The tools over `engine`. A tool raises BylineError for invalid arguments."""
    return (
        Tool(
            "ask",
            "Ask the articles a question. Gives the short answer, the text with [1] markers, a "
            "confidence between 0 and 1, and for each marker the file, title, date, lines and exact "
            "quoted words. `refused` is true, with a reason, when the articles do not answer it: then "
            "nothing is known, so do not answer from elsewhere as if they said so.",
            _ASK,
            partial(_ask, engine),
        ),
        Tool(
            "search_articles",
            "Find the passages of the articles that bear most on a question, best first: the words "
            "themselves with file, title, outlet, date, lines and score. Use it to read more than "
            "`ask` quotes.",
            _SEARCH,
            partial(_search, engine),
        ),
    )


def _ask(engine: ToolEngine, arguments: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    _check(arguments, _ASK)
    before = arguments.get("conversation") or []
    if not isinstance(before, list) or not all(isinstance(one, str) for one in before):
        raise QuestionError("conversation: expected a list of the earlier questions, each a string")
    if len(before) > MOST_BEFORE:
        raise QuestionError(
            f"conversation: has {len(before)} questions, expected at most {MOST_BEFORE}; "
            "send the newest"
        )
    conversation = Conversation()
    for question in before:
        conversation = conversation.with_turn(engine.answer(question, conversation, scope))
    return engine.answer(_question(arguments), conversation, scope).to_json()


def _search(engine: ToolEngine, arguments: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    _check(arguments, _SEARCH)
    k = arguments.get("k", 10)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MOST_PASSAGES:
        raise QuestionError(f"k: {str(k)[:80]!a}; expected a whole number, 1 to {MOST_PASSAGES}")
    question = _question(arguments)
    candidates, notice = engine.find(question, k, scope)
    return {
        "question": question,
        "passages": [passage_json(candidate) for candidate in candidates],
        "notice": notice,
    }


def _check(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    for name in arguments:
        if name not in schema["properties"]:
            known = ", ".join(schema["properties"])
            raise QuestionError(f"{name[:80]!a}: unknown argument; expected {known}")


def _question(arguments: Mapping[str, Any]) -> str:
    question = arguments.get("question")
    if not isinstance(question, str):
        raise QuestionError("question: expected a string with a question about the articles")
    return question
