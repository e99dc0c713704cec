"""Run the portal on this machine: ``python -m ops.portal demo | report YEAR | manage … | stop``.

Everything a run starts it stops again, and nothing else.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from types import FrameType

from ops import demo_settings, lease, processes, web
from ops.common import ROOT, RUN, VENV_PYTHON, OpsError, locked, run_main, say, tail
from ops.processes import Child, run_step
from ops.services import Services

#: The year whose report the demonstration compiles.
DEMO_YEAR = 2023
DEMO_LOCK = RUN / "demo.lock"
MOST_RESTARTS = 5
INTERRUPTED = 130

Environment = dict[str, str]


class Stopped(BaseException):
    """Somebody asked this run to end (Ctrl-C, SIGTERM)."""


# --- Commands -----------------------------------------------------------------------------------


def demo() -> int:
    """Serve the demonstration until somebody ends it."""
    with the_only_demo():
        port = web.chosen_port()
        web.check_port(port)
        with running_portal("worker", with_beat=True) as (environ, worker):
            serve(worker, environ, port)
    return 0


def serve(worker: Child, environ: Environment, port: int) -> None:
    """Compile the report while the web server starts, then serve."""
    with child(web.server(environ, port)) as server:
        say(compile_report(DEMO_YEAR, environ))
        web.wait_until_live(server, port)
        say(manage("demo_accounts", environ))
        say(f"以上账号的密码都是：{demo_settings.password()}\n")
        say(f"门户已启动：{web.address(port)} （按 Ctrl-C 停止）")
        with contextlib.suppress(Stopped):
            watch([worker, server])
        say("正在停止……")


def report(year: int) -> int:
    """Compile one year's report through a worker, print it, leave nothing running."""
    with running_portal(f"report-worker-{os.getpid()}") as (environ, _):
        say(compile_report(year, environ, "--figures"))
    return 0


def manage_by_hand(arguments: list[str]) -> int:
    """Run a management command in the demonstration's environment."""
    with lease.servers() as services:
        environ = demo_settings.environment(services.environment())
        command = [str(VENV_PYTHON), "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


def stop() -> int:
    """Stop the demonstration, what a killed one left behind, and our own servers."""
    if pid := demo_process():
        os.kill(pid, signal.SIGTERM)
        while demo_process():
            time.sleep(processes.STEP_SECONDS)
    processes.stop_left_over(orphans_only=False)
    Services().stop()
    lease.forget()
    say("已全部停止。")
    return 0


# --- Parts --------------------------------------------------------------------------------------


@contextlib.contextmanager
def running_portal(
    worker_name: str, *, with_beat: bool = False
) -> Iterator[tuple[Environment, Child]]:
    """Servers, database structure, demonstration data and a worker."""
    with contextlib.ExitStack() as stack:
        with step("数据库与消息队列"):
            services = stack.enter_context(lease.servers())
        environ = demo_settings.environment(services.environment())
        with locked(RUN / "prepare"):
            with step("数据库结构"):
                manage("migrate", environ, "--no-input", "--verbosity=0")
            worker = background_worker(worker_name, environ, with_beat=with_beat)
            stack.enter_context(child(worker))
            with step("演示数据"):
                manage("load_demo", environ, f"--password={demo_settings.password()}")
        yield environ, worker


def background_worker(name: str, environ: Environment, *, with_beat: bool) -> Child:
    """A worker for all queues; ``with_beat`` also sends the periodic tasks."""
    celery = [str(VENV_PYTHON), "-m", "celery", "--app=haian_lawgov", "worker"]
    options = ["--queues=default,reports", "--concurrency=2", "--loglevel=INFO"]
    # Gossip and mingle are for workers that watch each other; they cost a second here.
    options += ["--without-gossip", "--without-mingle", f"--hostname={name}@%h"]
    if with_beat:
        options += ["--beat", f"--schedule={RUN / 'beat'}"]
    return Child(name, [*celery, *options], environ)


@contextlib.contextmanager
def child(program: Child) -> Iterator[Child]:
    """A child process for the time of a block."""
    try:
        program.start()
        yield program
    finally:
        program.stop()


def compile_report(year: int, environ: Environment, *options: str) -> str:
    """Have the worker compile the report; returns what the command tells about it."""
    with step(f"{year} 年度报告（由后台任务编制）"):
        return manage("compile_report", environ, str(year), "--wait", *options)


def manage(command: str, environ: Environment, *arguments: str) -> str:
    return run_step(command, [str(VENV_PYTHON), "manage.py", command, *arguments], environ)


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    say(f"· {label} ……")
    begun = time.monotonic()
    yield
    say(f"✓ {label}（{time.monotonic() - begun:.1f} 秒）")


def watch(children: list[Child]) -> None:
    """Start again what dies; give up when it keeps dying."""
    restarts = 0
    while True:
        time.sleep(1)
        for dead in (one for one in children if not one.running()):
            restarts += 1
            if restarts > MOST_RESTARTS:
                raise OpsError(f"进程 {dead.name} 反复退出，日志 {dead.log}：\n{tail(dead.log)}")
            say(f"进程 {dead.name} 已退出，重新启动。")
            dead.stop()
            dead.start()


# --- One demonstration at a time ----------------------------------------------------------------


@contextlib.contextmanager
def the_only_demo() -> Iterator[None]:
    """Refuse a second demonstration; clear away what a killed one left running."""
    RUN.mkdir(parents=True, exist_ok=True)
    with DEMO_LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OpsError("演示已在运行。请先运行 make stop。") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        for name in processes.stop_left_over():
            say(f"上次异常退出留下的进程 {name} 已停止。")
        yield


def demo_process() -> int | None:
    """Number of the running demonstration's process."""
    if not DEMO_LOCK.exists():
        return None
    with DEMO_LOCK.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0) or None
    return None


# --- Command line -------------------------------------------------------------------------------


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    # The first signal ends the run; later ones must not disturb the orderly stop.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    parser = argparse.ArgumentParser(description="在本机运行门户")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="启动演示")
    commands.add_parser("report", help="编制年度报告").add_argument("year", type=int)
    commands.add_parser("stop", help="停止演示与自带的数据库、消息队列")
    by_hand = commands.add_parser("manage", help="在演示环境中运行 manage.py 命令")
    by_hand.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    if chosen.command == "manage":
        return manage_by_hand(chosen.arguments)
    if chosen.command == "stop":
        return stop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, ask_to_stop)
    try:
        return demo() if chosen.command == "demo" else report(chosen.year)
    except Stopped:
        say("已中断。")
        return INTERRUPTED


if __name__ == "__main__":
    run_main(main)
