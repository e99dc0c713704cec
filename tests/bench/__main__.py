"""`make bench`: measure, print a table, write build/bench.json.

Started by `ops.with_services`, which gives an empty database server and a broker. Two databases
are built: the 2023 set and the same multiplied to a million rows.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
RESULT = ROOT / "build" / "bench.json"
COMPILATIONS = 5


@dataclass(frozen=True)
class Measurement:
    """One figure of the table; `against` says what it was measured against."""

    name: str
    value: float
    unit: str
    against: str


def environment(database: str) -> dict[str, str]:
    """The processes' environment with another database on the same server."""
    url = os.environ["DATABASE_URL"]
    head, _, query = url.partition("?")
    head = head.rsplit("/", 1)[0] + f"/{database}"
    return os.environ | {"DATABASE_URL": f"{head}?{query}" if query else head}


def run(database: str, *arguments: str) -> str:
    """Run Python with these arguments on a database; its output. Stops the run when it fails."""
    command = [sys.executable, *arguments]
    result = subprocess.run(
        command, cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False
    )
    if result.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def probe(database: str, what: str) -> dict[str, Any]:
    output = run(database, "-m", "tests.bench.probe", what)
    values: dict[str, Any] = json.loads(output.splitlines()[-1])
    return values


def build(database: str, *options: str) -> float:
    """Create a database with the demo set; seconds it took to load."""
    create_database(database)
    run(database, "manage.py", "migrate", "--verbosity", "0")
    started = time.perf_counter()
    print(run(database, "manage.py", "load_demo", "--password", "bench-only", *options), end="")
    return time.perf_counter() - started


def create_database(name: str) -> None:
    import psycopg

    url = environment("postgres")["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


def worker_peak(database: str) -> float:
    """Largest memory of a report worker process over several compilations, in MB."""
    command = [sys.executable, "-m", "celery", "-A", "haian_lawgov", "worker"]
    worker = subprocess.Popen(
        [*command, "-Q", "reports", "-c", "1", "--loglevel", "warning"],
        cwd=ROOT,
        env=environment(database),
        start_new_session=True,
    )
    try:
        for _ in range(COMPILATIONS):
            run(database, "manage.py", "compile_report", "2023", "--wait")
        return max(peak_mb(pid) for pid in family(worker.pid))
    finally:
        worker.terminate()
        worker.wait(30)


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def peak_mb(pid: int) -> float:
    """Peak resident memory of a process so far, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure() -> list[Measurement]:
    loaded_small = build("bench_2023")
    small, pdf = probe("bench_2023", "figures"), probe("bench_2023", "compile")
    peak = worker_peak("bench_2023")
    loaded_big = build("bench_1m", "--scale", "1m")
    big = probe("bench_1m", "figures")
    bare = f"bare WeasyPrint on the same HTML, {pdf['bare_s']:.2f} s"
    return [
        Measurement("report.compile.vs_bare", round(pdf["ratio"], 3), "ratio", bare),
        Measurement("report.compile.s", round(pdf["full_s"], 3), "s", "median of 7"),
        Measurement("indicators.all.ms", round(small["ms"], 1), "ms", "2023 set, median of 7"),
        Measurement(
            "indicators.all.growth",
            round(big["ms"] / small["ms"], 2),
            "ratio",
            f"1M set {big['ms']:.0f} ms ÷ 2023 set {small['ms']:.0f} ms",
        ),
        Measurement("report.worker.peak_mb", round(peak, 1), "MB", "5 compilations, one worker"),
        Measurement("demo.load.s", round(loaded_small, 1), "s", "2023 set"),
        Measurement("demo.load_1m.s", round(loaded_big, 1), "s", "1M rows"),
    ]


def main() -> None:
    found = measure()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(m) for m in found], ensure_ascii=False, indent=1) + "\n")
    for m in found:
        print(f"{m.name:<26}{m.value:>10} {m.unit:<6} {m.against}")


if __name__ == "__main__":
    main()
