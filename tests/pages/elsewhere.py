"""A site that is not Jasmine, on this machine: where the quick exit leads, and a form that leaves traces."""

from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PAGE = b"""<!doctype html><html lang="en"><title>Weather</title><link rel="icon" href="data:,">
<h1>Sunny</h1><form method="get"><input name="q"><button>Search</button></form>"""


class Elsewhere:
    """`asked`: path and headers of every request."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Message]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> "Elsewhere":
        self._thread.start()
        return self

    def __exit__(self, *_raised: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler
