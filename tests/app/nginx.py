"""A real nginx in front of a page, with the configurations of docs/serving.md or nginx's own defaults."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
FRAME = """daemon off; {user} pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ }}
http {{
    access_log off; default_type text/plain;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {servers}
}}
"""
# Nothing but what nginx does on its own: Host is the address behind the proxy, nothing is forwarded.
BARE = "server {{ listen 127.0.0.1:{port}; location {path} {{ proxy_pass http://{behind}; }} }}"


def documented() -> list[str]:
    """The server blocks of docs/serving.md."""
    return re.findall(
        r"```nginx\n(.*?)```", (ROOT / "docs" / "serving.md").read_text("utf-8"), re.DOTALL
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def nginx(folder: Path, *servers: str) -> Iterator[None]:
    """Runs while the block does; the test is skipped without nginx."""
    if NGINX is None:
        pytest.skip("nginx is missing: run `apt-get install --yes nginx-light`")
    folder.mkdir(exist_ok=True)
    file = folder / "nginx.conf"
    # the workers of a root's nginx would be another user, who cannot read the test's folder
    user = "user root;" if os.geteuid() == 0 else ""
    file.write_text(FRAME.format(user=user, folder=folder, servers="\n".join(servers)))
    ports = [int(port) for port in re.findall(r"listen 127\.0\.0\.1:(\d+)", file.read_text())]
    program = subprocess.Popen(
        [NGINX, "-c", str(file), "-p", str(folder)], stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 30
        while not all(map(_listens, ports)):
            if program.poll() is not None or time.monotonic() > until:
                program.kill()
                raise AssertionError(program.communicate()[1] or "nginx does not listen")
            time.sleep(0.1)
        yield
    finally:
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
