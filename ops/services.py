"""Database and broker: what ``DATABASE_URL`` and ``REDIS_URL`` name, else our own under ``.run``.

``python -m ops.services start|stop|status``; starting twice gives one server of each kind.
"""

import argparse
import os
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType

from ops import postgres, valkey
from ops.common import RUN, run_main, say

LABELS = {"DATABASE_URL": "数据库", "REDIS_URL": "消息队列"}


class Services:
    """The two servers whose data is under ``base``; ``durable`` off trades safety for speed.

    A server goes by the name of the environment variable that would replace it.
    """

    def __init__(self, base: Path = RUN, *, durable: bool = True) -> None:
        self.durable = durable
        # Decided once: our own addresses may be put into the environment later.
        self.given = {name: os.environ[name] for name in LABELS if os.environ.get(name)}
        self.postgres_dir = (base / "postgres").resolve()
        self.valkey_dir = (base / "valkey").resolve()

    def environment(self) -> dict[str, str]:
        """``DATABASE_URL`` and ``REDIS_URL`` for the processes that use the servers."""
        own = {
            "DATABASE_URL": postgres.url(self.postgres_dir),
            "REDIS_URL": valkey.url(self.valkey_dir),
        }
        return own | self.given

    def start(self, note: Callable[[str], None] = lambda name: None) -> None:
        """Start what is ours and not running; ``note`` hears the name of each server started."""
        for name, server, data in self._own():
            if name not in self.given and server.start(data, durable=self.durable):
                note(name)

    def stop(self, names: Collection[str] = tuple(LABELS)) -> None:
        """Stop our own servers of these names, whoever started them."""
        for name, server, data in reversed(self._own()):
            if name in names:
                server.stop(data)

    def status(self) -> dict[str, str]:
        """State of each server in words."""
        return {
            name: "外部" if name in self.given else ("运行中" if server.running(data) else "未运行")
            for name, server, data in self._own()
        }

    def _own(self) -> list[tuple[str, ModuleType, Path]]:
        return [
            ("DATABASE_URL", postgres, self.postgres_dir),
            ("REDIS_URL", valkey, self.valkey_dir),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description="启动、停止本项目自带的数据库与消息队列")
    parser.add_argument("action", choices=("start", "stop", "status"))
    action = parser.parse_args().action
    services = Services()
    if action == "start":
        services.start()
    elif action == "stop":
        services.stop()
    for name, state in services.status().items():
        say(f"{LABELS[name]}：{state}")


if __name__ == "__main__":
    run_main(main)
