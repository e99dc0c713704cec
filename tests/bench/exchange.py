"""Imports and exports: rows a second by the wall clock, and against PostgreSQL's own COPY.

`python -m tests.bench.exchange imports [rows] | csv | xlsx` prints one JSON object. The database
is that of DATABASE_URL and holds the demo set (any size). What is imported is taken back.
"""

import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

IMPORTED = 5_000
ROUNDS = 3
CLERK, READER = "bgs1", "fazhi"
"""Who imports: a clerk of the petitions' unit; who exports: a person who sees all units."""


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _user(name: str) -> Any:
    from organization.models import StaffAccount

    return StaffAccount.objects.get(username=name)


def sheet(rows: int, mark: str) -> bytes:
    """A sheet of hotline tickets, 18 columns wide."""
    from kernel.exchange.exporting.xlsx import Sheet, write_xlsx
    from organization.levels import level_choices
    from schools.models import School

    heads = [
        "所属单位",
        "渠道",
        "来源层级",
        "编号",
        "收到日期",
        "标题",
        "诉求内容",
        "内容分类",
        "诉求目的",
        "涉及学校",
        "诉求人",
        "涉及人数",
        "联系电话",
        "住址",
        "甄别结果",
        "受理日期",
        "承办单位",
        "办理期限",
    ]
    schools = [s.unit.name for s in School.objects.select_related("unit")[:100]]
    unit, level = str(_user(CLERK).unit), level_choices()[3][1]
    lines = [
        [
            unit,
            "12345热线",
            level,
            f"{mark}-{n}",
            "2023-05-06",
            f"反映第{n}件事",
            "诉求内容" * 10,
            "教育教学",
            "咨询",
            schools[n % len(schools)],
            "王某",
            "1",
            "13851512345",
            "海安街道某路",
            "受理",
            "2023-05-07",
            unit,
            "2023-05-20",
        ]
        for n in range(rows)
    ]
    target = io.BytesIO()
    write_xlsx(target, [Sheet("数据", heads, lines)])
    return target.getvalue()


def imports(rows: int = IMPORTED, rounds: int = ROUNDS) -> dict[str, float]:
    """Rows a second: reading and checking a sheet, and applying it with history and timeline."""
    from kernel.exchange import importing, undoing
    from kernel.registers.register import registry

    register, user = registry.get("petitions.petition"), _user(CLERK)
    checks, applies = [], []
    for number in range(rounds + 1):
        data = sheet(rows, f"BENCH{time.time_ns()}")
        batch = importing.receive(register, user, origin="file", filename="bench.xlsx", data=data)
        checked = _seconds(lambda: importing.check_batch(batch))  # noqa: B023 (called at once)
        assert batch.counts["new"] == rows, batch.findings
        applied = _seconds(lambda: importing.apply_batch(batch.pk))  # noqa: B023
        undoing.undo_batch(batch.pk, by=user)
        if number:
            checks.append(checked)
            applies.append(applied)
    return {
        "check_rows_per_s": rows / statistics.median(checks),
        "apply_rows_per_s": rows / statistics.median(applies),
    }


def _plain_register() -> Any:
    """The largest register whose csv PostgreSQL can write alone: no encrypted column."""
    from kernel.exchange.exporting.columns import export_columns
    from kernel.exchange.exporting.sql import copy_csv
    from kernel.registers.register import registry

    user = _user(READER)
    sizes = []
    for register in registry:
        rows = register.visible_to(user)
        if not register.personal and copy_csv(rows, export_columns(register, rows, user)):
            sizes.append((rows.count(), register.key))
    return registry.get(max(sizes)[1])


def _export(register: Any, format: str) -> Any:
    from django.http import QueryDict

    from kernel.exchange.exporting.files import Export

    return Export(register, _user(READER), QueryDict(""), format)


def csv_against_copy(rounds: int = ROUNDS) -> dict[str, float]:
    """Our csv ÷ a bare COPY of the same columns of the table, rows a second, in turns."""
    from django.db import connection

    register = _plain_register()
    export = _export(register, "csv")
    names = [
        column.field.column
        for column in export.columns
        if column.field is not None
        and column.field.model is register.model
        and column.field.concrete
        and not column.is_many
    ]
    listed = ", ".join(f'"{name}"' for name in dict.fromkeys(["id", *names]))
    bare_sql = f"COPY (SELECT {listed} FROM {register.model._meta.db_table}) TO STDOUT CSV"

    def bare() -> None:
        with connection.cursor() as cursor, cursor.cursor.copy(bare_sql) as copy:
            for _ in copy:
                pass

    def ours() -> None:
        for _ in _export(register, "csv").csv_blocks():
            pass

    ours()
    bare()
    pairs = [(_seconds(bare), _seconds(ours)) for _ in range(rounds)]
    return {
        "vs_copy": statistics.median(slow / fast for slow, fast in pairs),
        "rows_per_s": export.total / statistics.median(fast for _, fast in pairs),
        "copy_rows_per_s": export.total / statistics.median(slow for slow, _ in pairs),
        "rows": export.total,
    }


def xlsx_rows() -> dict[str, float]:
    """Rows a second of an xlsx export with all columns; one run, it is a long one."""
    export = _export(_plain_register(), "xlsx")
    total = export.total
    return {"rows_per_s": total / _seconds(lambda: export.write(io.BytesIO())), "rows": total}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")
    import django

    django.setup()
    what, *rows = sys.argv[1:]
    measure: dict[str, Callable[..., dict[str, float]]] = {
        "imports": imports,
        "csv": csv_against_copy,
        "xlsx": xlsx_rows,
    }
    print(json.dumps(measure[what](*map(int, rows))))


if __name__ == "__main__":
    main()
