"""How the web server runs: gunicorn reads these names (`gunicorn --config python:jasmine.webserver jasmine.wsgi`).

Without Redis the counters of tries and budgets live in the memory of one process, so there is one worker, with
threads: with two, everybody would have every budget twice.
"""

import logging
import os
import sys
from copy import copy
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

from jasmine.logs import OneLine


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal():
        sys.exit(f"{variable} must be a number.")
    return int(text)


port = _number("PORT", 8000)
bind = f"127.0.0.1:{port}"
worker_class = "gthread"
workers = _number("JASMINE_WORKERS", 2 if settings.REDIS_URL else 1)
threads = 12  # more than may wait for a hash (accounts.hash_slots)
graceful_timeout = 8  # seconds to finish what is in hand
accesslog = None
forwarded_allow_ips = os.environ.get(
    "JASMINE_PROXY", ""
)  # who is believed when it says that this came by TLS
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
control_socket_disable = True


def refusal(wanted: int) -> str | None:
    """Why the site must not start with that many workers; None if it may."""
    if wanted > 1 and not settings.REDIS_URL:
        return "More than one worker needs Redis: set JASMINE_REDIS_URL, or leave JASMINE_WORKERS out."
    return None


def on_starting(server: Any) -> None:
    """Gunicorn's own hook: its other ways to ask for more workers are refused too."""
    if sentence := refusal(server.cfg.workers):
        sys.exit(sentence)
    django.setup()
    call_command("check", databases=["default"], fail_level="ERROR")


def when_ready(server: Any) -> None:
    """Gunicorn's own hook: from now on the site can be reached."""
    sys.stdout.write(f"Jasmine is at http://localhost:{port}\n")
    sys.stdout.flush()


class TwoWords(OneLine):
    """Of a sentence of gunicorn's the first two words: they say what it is about ("Invalid request", "Worker exiting"),
    and what follows may quote an address, a path or a header."""

    def format(self, record: logging.LogRecord) -> str:
        short = copy(record)
        short.msg = type(record.msg).__name__ if isinstance(record.msg, Exception) else record.msg
        short.msg = " ".join(str(short.msg).split()[:2])
        short.args = None
        return super().format(short)


logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"short": {"()": "jasmine.webserver.TwoWords"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "short"}},
    "root": {"level": "WARNING", "handlers": ["out"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["out"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
