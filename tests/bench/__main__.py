"""`make bench`: measure, print each figure, write build/bench.json.

Started by `ops.with_services`, which gives an empty database server and a broker. Two databases
are built: the 2023 set and the same multiplied to a million rows (`--small`: to 20,000, which only
shows that everything runs). Each figure is written as soon as it is there, and a step that fails
takes no other with it: the run goes on and ends with status 1.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
RESULT = ROOT / "build" / "bench.json"
COMPILATIONS = 5
SMALL, BIG, IMPORTS = "bench_2023", "bench_big", "bench_import"


@dataclass(frozen=True)
class Measurement:
    """One figure; `against` says what it was measured against, `goal` what it should be."""

    name: str
    value: float
    unit: str
    against: str
    goal: str = ""

    @property
    def is_missed(self) -> bool:
        sign, _, bound = self.goal.partition(" ")
        within = {"≤": self.value <= float(bound or 0), "≥": self.value >= float(bound or 0)}
        return not within.get(sign, True)


class StepFailed(Exception):
    """A process of the run failed; its output."""


def environment(database: str) -> dict[str, str]:
    """The processes' environment with another database on the same server."""
    url = os.environ["DATABASE_URL"]
    head, _, query = url.partition("?")
    head = head.rsplit("/", 1)[0] + f"/{database}"
    return os.environ | {"DATABASE_URL": f"{head}?{query}" if query else head}


def run(database: str, *arguments: str) -> str:
    """Run Python with these arguments on a database; its output. Raises `StepFailed`."""
    command = [sys.executable, *arguments]
    result = subprocess.run(
        command, cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise StepFailed(f"{' '.join(arguments)}:\n{result.stdout}{result.stderr}")
    return result.stdout


def probe(database: str, module: str, *arguments: str) -> dict[str, Any]:
    """What a module of this package prints at its end, as JSON."""
    output = run(database, "-m", f"tests.bench.{module}", *arguments)
    values: dict[str, Any] = json.loads(output.splitlines()[-1])
    return values


def build(database: str, *options: str) -> float:
    """Create a database with the demo set; seconds it took to load."""
    create_database(database)
    run(database, "manage.py", "migrate", "--verbosity", "0")
    started = time.perf_counter()
    print(run(database, "manage.py", "load_demo", "--password", "bench-only", *options), end="")
    return time.perf_counter() - started


def create_database(name: str, template: str = "template0") -> None:
    """An empty database, or a copy of another one that nobody uses just now."""
    import psycopg

    url = environment("postgres")["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


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


@dataclass
class Bench:
    """The steps of one run. What several steps need is measured once, where it is first asked."""

    scale: str = "1m"
    rows: int = 5_000
    found: list[Measurement] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @cached_property
    def loaded_small(self) -> float:
        return build(SMALL)

    @cached_property
    def loaded_big(self) -> float:
        return build(BIG, "--scale", self.scale)

    @cached_property
    def small_figures(self) -> float:
        return float(probe(SMALL, "probe", "figures")["ms"])

    def run(self) -> None:
        RESULT.unlink(missing_ok=True)
        for step in (
            self.load_small,
            self.figures,
            self.compilation,
            self.memory,
            self.imports,
            self.load_big,
            self.growth,
            self.list_page,
            self.searches,
            self.csv,
            self.xlsx,
        ):
            self._take(step)

    def _take(self, step: Callable[[], None]) -> None:
        """One step; whatever goes wrong in it is told and must not cost the other figures."""
        try:
            step()
        except Exception as error:
            self.failed.append(step.__name__)
            print(f"{step.__name__}: {type(error).__name__} {error}", file=sys.stderr, flush=True)

    def note(self, *values: Any) -> None:
        """Keep a figure: on the screen and in the file at once."""
        made = Measurement(*values)
        self.found.append(made)
        lines = json.dumps([asdict(m) for m in self.found], ensure_ascii=False, indent=1)
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(f"{lines}\n")
        goal = f"{made.goal}{'（未达到）' if made.is_missed else ''}"
        print(
            f"{made.name:<30}{made.value:>11} {made.unit:<8} {goal:<16} {made.against}", flush=True
        )

    # --- The 2023 set ----------------------------------------------------------------------------

    def load_small(self) -> None:
        self.note("demo.load.s", round(self.loaded_small, 1), "s", "2023 set")

    def figures(self) -> None:
        against = "2023 set, median of 7"
        self.note("indicators.all.ms", round(self.small_figures, 1), "ms", against)

    def compilation(self) -> None:
        pdf = probe(SMALL, "probe", "compile")
        bare = f"bare WeasyPrint on the same HTML, {pdf['bare_s']:.2f} s"
        self.note("report.compile.vs_bare", round(pdf["ratio"], 3), "ratio", bare)
        self.note("report.compile.s", round(pdf["full_s"], 3), "s", "median of 7")

    def memory(self) -> None:
        peak = round(worker_peak(SMALL), 1)
        self.note("report.worker.peak_mb", peak, "MB", f"{COMPILATIONS} compilations, one worker")

    def imports(self) -> None:
        """On a copy, so that the history that imports leave behind slows nothing else."""
        create_database(IMPORTS, SMALL)
        found = probe(IMPORTS, "exchange", "imports", str(self.rows))
        how = f"wall clock, {self.rows} rows × 18 columns, a clerk, history on"
        for step, goal in (("check", "≥ 2000"), ("apply", "≥ 1500")):
            rate = round(found[f"{step}_rows_per_s"])
            self.note(f"import.{step}.rows_per_s", rate, "rows/s", how, goal)

    # --- A million rows --------------------------------------------------------------------------

    def load_big(self) -> None:
        self.note(f"demo.load_{self.scale}.s", round(self.loaded_big, 1), "s", f"{self.scale} rows")

    def growth(self) -> None:
        big = probe(BIG, "probe", "figures")["ms"]
        against = f"{self.scale} set {big:.0f} ms ÷ 2023 set {self.small_figures:.0f} ms"
        ratio = round(big / self.small_figures, 2)
        self.note("indicators.all.growth", ratio, "ratio", against)

    def list_page(self) -> None:
        found = probe(BIG, "pages", "pages")
        full, bare = found["list_ms"], found["bare_ms"]
        against = f"bare view with the same SQL, {bare:.1f} ms"
        self.note("page.list50.vs_bare", round(found["list_vs_bare"], 2), "ratio", against, "≤ 3")
        how = f"{self.scale} rows, filter and search on, median of 40"
        self.note("page.list50.ms", round(full, 1), "ms", how, "≤ 25")
        self.note("page.list50.queries", found["list_queries"], "queries", "same page", "≤ 8")
        self.note("page.list50.kb", round(found["list_kb"], 1), "kB", "same page, uncompressed")
        worst = f"median of 7 words, worst {found['global_worst_ms']:.0f} ms"
        self.note("search.global.ms", round(found["global_ms"], 1), "ms", worst, "≤ 150")

    def searches(self) -> None:
        found = probe(BIG, "pages", "searches")
        how = f"icontains with a count, 20 terms, up to {found['most_hits']} hits"
        for which, goal in (("median", "≤ 0.1"), ("worst", "≤ 0.25")):
            name = f"{which}_vs_icontains"
            ratio = round(found[name], 3)
            self.note(f"search.{which}.vs_icontains", ratio, "ratio", how, goal)

    def csv(self) -> None:
        found = probe(BIG, "exchange", "csv")
        fast, bare = found["rows_per_s"], found["copy_rows_per_s"]
        how = f"bare COPY, {fast:.0f} against {bare:.0f} rows/s, {found['rows']} rows"
        self.note("export.csv.vs_copy", round(found["vs_copy"], 2), "ratio", how, "≥ 0.3")

    def xlsx(self) -> None:
        found = probe(BIG, "exchange", "xlsx")
        how = f"all columns, {found['rows']} rows"
        self.note("export.xlsx.rows_per_s", round(found["rows_per_s"]), "rows/s", how)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="20,000 rows instead of a million")
    small = parser.parse_args(arguments).small
    bench = Bench("20k", 1_000) if small else Bench()
    bench.run()
    if bench.failed:
        print(f"未完成：{'、'.join(bench.failed)}", file=sys.stderr)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
