"""Logs: one line each; of an exception its type and place, never its message, which can carry what was typed."""

import logging
import traceback
from types import TracebackType


class OneLine(logging.Formatter):
    """`LEVEL logger: message`, and for an exception its type and the place in our code where it rose."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0] is not None:
            kind, _error, trace = record.exc_info
            return _line(record, f"{kind.__name__} at {_place(trace)}")
        if record.name.startswith(("django", "gunicorn")):
            # Their messages quote paths and headers; the shape of the message is enough.
            return _line(record, str(record.msg).partition("\n")[0][:120])
        return _line(record, record.getMessage())


def _line(record: logging.LogRecord, said: str) -> str:
    return " ".join(f"{record.levelname} {record.name}: {said}".splitlines())


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
