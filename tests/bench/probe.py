"""Measurements inside one process with Django: `python -m tests.bench.probe figures|compile`.

Prints one JSON object. The database is that of DATABASE_URL.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 7


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Median seconds of several rounds after one that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(rounds))


def figures() -> dict[str, float]:
    """All figures of 2023: milliseconds."""
    from kernel.indicators.evaluate import evaluate

    return {"ms": median(lambda: evaluate(2023)) * 1000}


class Silent:
    """A progress report that nobody reads."""

    def step(self, label: str, done: int, total: int) -> None:
        pass


def compile_and_bare() -> dict[str, float]:
    """A compilation and bare WeasyPrint on its finished HTML, in turns; seconds and ratio."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from kernel.typesetting.fonts import font_table
    from kernel.typesetting.render import PDF_VARIANT, html
    from kernel.typesetting.stylesheet import stylesheet
    from reports.compile import check, compile_report, snapshot_figures
    from reports.compose import build_document
    from reports.models import AnnualReport

    report = AnnualReport.objects.get(year=2023)
    found = snapshot_figures(2023)
    blocks = check(report, found).blocks
    options: dict[str, Any] = {"layout": "official", "with_appendix": True}
    page = html(build_document(report, blocks, found, **options))
    sheet = stylesheet(font_table())

    def full() -> None:
        compile_report(report, Silent(), **options)

    fonts = FontConfiguration()
    css = weasyprint.CSS(string=sheet, font_config=fonts)

    def bare() -> None:
        weasyprint.HTML(string=page).write_pdf(
            stylesheets=[css], font_config=fonts, pdf_variant=PDF_VARIANT
        )

    full()
    bare()
    pairs = [(seconds(full), seconds(bare)) for _ in range(ROUNDS)]
    return {
        "full_s": statistics.median(pair[0] for pair in pairs),
        "bare_s": statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(full_s / bare_s for full_s, bare_s in pairs),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")
    import django

    django.setup()
    measure = {"figures": figures, "compile": compile_and_bare}[sys.argv[1]]
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
