"""Health of the installation, for load balancers and for people.

``live`` says the process answers; ``ready`` says what it needs is there, each need by name.
Neither asks for a login, so neither tells more than "there" or "not there".
"""

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kernel.typesetting.fonts import check_fonts

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """A need is not met; the message says which and what to do."""


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"state": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every need is met, else 503; the body names each need with its state."""
    checks = {name: _state(name, check) for name, check in NEEDS.items()}
    is_ready = all(state == "ok" for state in checks.values())
    body = {"state": "ok" if is_ready else "fault", "checks": checks}
    return JsonResponse(
        body, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False}
    )


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as fault:
        return str(fault)
    except Exception:
        logger.exception("readiness check %s failed", name)
        return "不可用，原因见日志"
    return "ok"


def database() -> None:
    """The database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def broker() -> None:
    """The message broker answers."""
    patience = settings.BROKER_PATIENCE
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=patience, socket_timeout=patience
    )
    with client:
        client.ping()


def migrations() -> None:
    """The database has the structure this version of the program expects."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise NotReady(f"有 {len(pending)} 个迁移未执行，请运行 manage.py migrate")


def fonts() -> None:
    """Document fonts are there, without which no report can be set."""
    fatal = [problem.message for problem in check_fonts() if problem.fatal]
    if fatal:
        raise NotReady(f"公文字体有 {len(fatal)} 处问题：{fatal[0]}")


NEEDS: dict[str, Callable[[], None]] = {
    "database": database,
    "broker": broker,
    "migrations": migrations,
    "fonts": fonts,
}
