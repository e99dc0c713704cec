"""Run a command with a database and a broker of its own: ``python -m ops.with_services COMMAND``.

The servers keep data safely (as in production, so that measurements are honest) and are thrown
away afterwards.
"""

import argparse
import os
import shutil
import subprocess

from ops.common import ROOT, RUN, run_main
from ops.services import Services


def main() -> int:
    parser = argparse.ArgumentParser(description="在临时数据库与消息队列上运行命令")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    command = parser.parse_args().command
    folder = RUN / "test" / str(os.getpid())
    services = Services(folder)
    try:
        services.start()
        extra = {"PORTAL_MODE": "test", "MEDIA_ROOT": str(folder / "media")}
        environ = {**os.environ, **services.environment(), **extra}
        return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
    finally:
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run_main(main)
