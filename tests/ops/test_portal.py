"""A run ends what it started, finds what a killed one left, and says clearly what is wrong."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops import demo_settings, processes, web
from ops.common import ROOT, OpsError
from ops.processes import Child, birth, run_step

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
PARENT = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
)


@pytest.fixture(autouse=True)
def _own_places(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOG", tmp_path / "log")
    monkeypatch.setattr(processes, "PIDS", tmp_path / "pids")
    monkeypatch.setattr(demo_settings, "FILE", tmp_path / "demo.env")


def started(code: str, name: str = "probe") -> Child:
    child = Child(name, [sys.executable, "-c", code], os.environ)
    child.start()
    time.sleep(0.3)
    return child


def pid_of(child: Child) -> int:
    return int((processes.PIDS / child.name).read_text().split()[0])


def group_members(pid: int) -> list[str]:
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(pid) and fields[0] != "Z":
            members.append(stat.parent.name)
    return members


def test_a_stopped_program_takes_its_children_with_it():
    child = started(PARENT)
    pid = pid_of(child)
    assert len(group_members(pid)) == 2
    child.stop()
    assert group_members(pid) == []
    assert list(processes.PIDS.iterdir()) == []


def test_a_program_that_ignores_the_request_is_killed(monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    child = started(STUBBORN)
    pid = pid_of(child)
    child.stop()
    assert birth(pid) == "gone"


def test_ctrl_c_in_the_terminal_reaches_no_child():
    child = started("import time; time.sleep(600)")
    assert os.getpgid(pid_of(child)) != os.getpgid(0)
    child.stop()


KILLED_RUN = """
import os, sys
from pathlib import Path
from ops import processes
processes.LOG = processes.PIDS = Path(sys.argv[1])
child = processes.Child("orphan", ["sleep", "600"], os.environ)
child.start()
os.kill(os.getpid(), 9)
"""


def orphan() -> int:
    """A noted program whose parent was killed."""
    command = [sys.executable, "-c", KILLED_RUN, str(processes.PIDS)]
    subprocess.run(command, cwd=ROOT, check=False)
    (processes.PIDS / "orphan.log").unlink()
    return int((processes.PIDS / "orphan").read_text().split()[0])


def test_what_a_killed_run_left_is_stopped_and_other_runs_are_left_alone():
    pid, mine = orphan(), started("import time; time.sleep(600)")
    assert birth(pid) != "gone"
    assert processes.stop_left_over() == ["orphan"]
    assert birth(pid) == "gone"
    assert mine.running()
    mine.stop()


def test_a_number_given_to_a_later_process_is_not_stopped():
    processes.PIDS.mkdir()
    (processes.PIDS / "old").write_text(f"{os.getpid()} 1 1 0")
    assert processes.stop_left_over() == []
    assert list(processes.PIDS.iterdir()) == []


def test_a_failed_step_shows_the_end_of_its_log():
    with pytest.raises(
        OpsError, match=r"步骤 probe 失败，日志 .*probe\.log(.|\n)*ZeroDivisionError"
    ):
        run_step("probe", [sys.executable, "-c", "1 / 0"], os.environ)


def test_a_step_returns_what_it_printed():
    assert (
        run_step("probe", [sys.executable, "-c", "print('编制完成')"], os.environ) == "编制完成\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "８０００", "http", "8000; rm", "9" * 30])
def test_a_wrong_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(OpsError, match="应为 1 至 65535 之间的整数"):
        web.chosen_port()


def test_a_taken_port_is_told_with_the_way_out():
    with socket.create_server((web.HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OpsError, match=rf"端口 {port} 不能使用.*make demo PORT=8080"):
            web.check_port(port)
    web.check_port(port)


def test_demo_secrets_are_made_once_and_kept_private(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = demo_settings.environment({"REDIS_URL": "unix:///x"})
    assert first["PORTAL_MODE"] == "demo"
    assert first["REDIS_URL"] == "unix:///x"
    assert len(first["SECRET_KEY"]) >= 50
    assert len(first["DATA_KEYS"]) >= 50
    assert first["DATA_KEYS"] != first["SECRET_KEY"]
    for name in ("SECRET_KEY", "DATA_KEYS"):
        assert demo_settings.environment({})[name] == first[name]
    assert len(demo_settings.password()) == demo_settings.LENGTH
    assert demo_settings.FILE.stat().st_mode & 0o077 == 0


def test_a_demonstration_of_before_keeps_its_secrets_and_gets_the_new_one(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    old = tmp_path / "demo.env"
    old.write_text("SECRET_KEY=kept\nDEMO_PASSWORD=typed\n")
    monkeypatch.setattr(demo_settings, "FILE", old)
    made = demo_settings.environment({})
    assert (made["SECRET_KEY"], demo_settings.password()) == ("kept", "typed")
    assert len(made["DATA_KEYS"]) >= 50
    assert demo_settings.environment({})["DATA_KEYS"] == made["DATA_KEYS"]
    assert old.stat().st_mode & 0o077 == 0


def test_what_the_caller_sets_wins(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "fz.haian.cn")
    assert demo_settings.environment({})["ALLOWED_HOSTS"] == "fz.haian.cn"


STOPPED_RUN = """
import os, signal
from ops import portal
signal.signal(signal.SIGTERM, portal.ask_to_stop)
try:
    os.kill(os.getpid(), signal.SIGTERM)
except portal.Stopped:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    print("orderly")
"""


def test_the_first_signal_ends_the_run_and_later_ones_do_not_disturb_it():
    command = [sys.executable, "-c", STOPPED_RUN]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "orderly\n"
