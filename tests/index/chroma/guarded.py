"""An HTTP or HTTPS proxy before a Chroma server that lets in only who has the token, for tests."""

import http.client
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from index.chroma.server import Server


class Guarded:
    """Hands requests on to `server` when they have `token` in both headers; counts them."""

    def __init__(self, server: Server, token: str, certificate: Path | None = None) -> None:
        self.passed = self.refused = 0
        guard = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                given = self.headers.get("Authorization"), self.headers.get("X-Chroma-Token")
                if given != (f"Bearer {token}", token):
                    guard.refused += 1
                    self._answer(401, b"who are you?")
                    return
                guard.passed += 1
                far = http.client.HTTPConnection(server.host, server.port)
                headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
                far.request(self.command, self.path, body, headers)
                response = far.getresponse()
                self._answer(response.status, response.read())
                far.close()

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = do_PUT = _serve  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.server = Server("127.0.0.1", self._server.server_port, bool(certificate), token)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key beside it."""
    file = folder / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=own",
         "-addext", "subjectAltName=IP:127.0.0.1", "-out", file, "-keyout", file.with_suffix(".key")],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return file
