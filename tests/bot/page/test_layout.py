"""The page as Gradio components: one public name, the folder in the header, nothing from elsewhere."""

import asyncio
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr

from bot.page.layout import build_page
from tests.bot.page.doubles import SmallEngine


def build(engine: SmallEngine, corpus: str = "news", examples: Sequence[str] = ()) -> gr.Blocks:
    """A page, built where an event loop runs: elsewhere Gradio makes loops and leaves them open."""

    async def inside() -> gr.Blocks:
        return build_page(engine, corpus, 1234, examples)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(inside())).result()


def config(engine: SmallEngine, corpus: str = "news", examples: Sequence[str] = ()) -> Any:
    return build(engine, corpus, examples).get_config_file()


def test_analytics_are_off_before_gradio_is_imported() -> None:
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_only_the_chat_is_public(engine: SmallEngine) -> None:
    info = build(engine).get_api_info()
    assert list(info["named_endpoints"]) == ["/chat"]
    assert info["unnamed_endpoints"] == {}


def test_the_header_names_the_folder_and_its_size(engine: SmallEngine) -> None:
    page = json.dumps(config(engine, "<b>news</b>"), default=str)
    assert "1,234 articles" in page and "&#60;b&#62;news" in page and "<b>news" not in page


def test_examples_are_shown_only_when_given(engine: SmallEngine) -> None:
    def shown(page: Any) -> Any:
        chat = [part for part in page["components"] if part["type"] == "chatbot"]
        return [example["text"] for example in chat[0]["props"]["examples"] or []]

    assert shown(config(engine)) == []
    assert shown(config(engine, examples=["Where was that?"])) == ["Where was that?"]


def test_the_chat_sanitises_and_knows_no_formulas(engine: SmallEngine) -> None:
    chat = next(part for part in config(engine)["components"] if part["type"] == "chatbot")["props"]
    assert chat["sanitize_html"] is True and chat["latex_delimiters"] == []
    assert chat["allow_tags"] is False
