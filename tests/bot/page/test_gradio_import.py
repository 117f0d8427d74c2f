"""Gradio's import: without the stub files, and nothing else is changed."""

import subprocess
import sys

from index.settings import ROOT

SCRIPT = """
import sys
read = []
sys.addaudithook(lambda what, its: what == "open" and read.append(str(its[0])))
from bot.page.gradio_import import gr
import bot.page.chat.layout, bot.page.web.application
import inspect
print([path for path in read if path.endswith(".pyi")])
print(inspect.getfile(gr.Button).endswith("button.py"))
"""


def test_no_stub_file_is_read_or_written() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.splitlines() == ["[]", "True"], run.stderr


def test_the_page_imports_gradio_in_one_place() -> None:
    others = [
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "index", "eval")
        for path in (ROOT / package).rglob("*.py")
        if "import gradio" in (text := path.read_text("utf-8")) or "from gradio" in text
    ]
    assert others == ["bot/page/gradio_import.py"]
