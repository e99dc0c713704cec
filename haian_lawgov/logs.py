"""The log: one line an event, JSON in production, readable text elsewhere."""

from typing import Any

import structlog

from haian_lawgov.log_privacy import without_personal_data

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    without_personal_data,
]


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """``LOGGING`` for Django; configures structlog for the same output."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _formatter(as_json)},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would print every line twice.
            "django": {"handlers": [], "propagate": True},
            # Subsetting fonts is told in hundreds of lines nobody needs.
            "fontTools": {"level": "WARNING"},
            "pgtrigger": {"level": "WARNING"},
            # The security log says the same with names, for those who may read them.
            "axes": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
        },
    }


def _formatter(as_json: bool) -> dict[str, Any]:
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": renderer,
        "foreign_pre_chain": _SHARED,
    }
