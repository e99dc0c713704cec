"""`manage.py figures 2023`: every figure with value, counting rule and number of records."""

import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kernel.indicators.checks import check_figures
from kernel.indicators.evaluate import evaluate


def width(text: str) -> int:
    """Columns a text takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def table(rows: list[tuple[str, ...]], right: tuple[int, ...] = ()) -> str:
    """Rows as aligned text; columns in `right` are aligned to the right."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(pad(cell, widths[i], right=i in right) for i, cell in enumerate(row)).rstrip()
        for row in rows
    )


class Command(BaseCommand):
    help = "列出某年度的全部指标：代码、名称、数值、单位、计算口径、记录数，以及勾稽关系。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        figures = evaluate(options["year"])
        head = ("代码", "指标", "数值", "单位", "记录数", "计算口径")
        rows = [
            (
                f.key,
                f.indicator.label,
                f.number,
                f.indicator.unit,
                str(f.records),
                f.indicator.formula,
            )
            for f in figures.values()
        ]
        self.stdout.write(table([head, *rows], right=(2, 4)))
        self.stdout.write("\n勾稽关系")
        for check in check_figures(figures):
            self.stdout.write(f"{'✓' if check.holds else '✗ 不成立'} {check.label}：{check.text}")
