"""Logs: JSON lines with a request id and without personal data."""

import logging
import sys
import traceback
from typing import Any

import structlog


def _where(_logger: Any, _method: str, event: Any) -> Any:
    """An exception as its kind and the lines it came through, outermost first.

    Neither its message nor the values of a frame: both may hold what people wrote.
    """
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        chain: list[dict[str, Any]] = []
        while error is not None and len(chain) < 4:
            frames = traceback.extract_tb(error.__traceback__)
            chain.append(
                {
                    "type": f"{type(error).__module__}.{type(error).__qualname__}",
                    "frames": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-25:]],
                }
            )
            error = error.__cause__ or error.__context__
        event["exception"] = chain
    return event


def configure(level: str) -> None:
    """Send everything, our own events and the libraries', to stderr as JSON lines."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where,
    ]
    numeric = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # where it points now
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(numeric, logging.WARNING))
