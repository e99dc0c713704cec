"""The note above a list that was opened from a figure."""

import re
from typing import Any

from django.http import HttpRequest

from kernel.registers.register import Register

from .evaluate import evaluate, seen_by
from .indicator import catalogue

PAGING = {"figure", "page", "sort"}
YEAR = re.compile("(19[5-9]|20[0-9]|21[0-9])[0-9]")


def figure_note(request: HttpRequest, register: Register, rows: Any) -> dict[str, Any] | None:
    """What the shown rows make up, while the list still has exactly the figure's filter."""
    key, _, year = request.GET.get("figure", "").partition(":")
    if key not in catalogue or not YEAR.fullmatch(year):
        return None
    indicator = catalogue.get(key)
    shown = {name: value for name, value in request.GET.items() if value and name not in PAGING}
    if indicator.source() is not register or shown != indicator.filter_params(int(year)):
        return None
    figure = evaluate(int(year), [indicator], scope=seen_by(request.user))[key]
    return {
        "label": indicator.label,
        "value_text": figure.text,
        "rule": indicator.rule,
        "period": figure.period_words,
        "records": figure.records,
    }
