"""A pasted block as a table to correct in place."""

from typing import Any

from kernel.registers.register import registry

from ..fields import ID, RECORD_NUMBER, sheet_columns
from ..importing import read_batch
from ..models import ImportBatch, ImportState, Origin
from ..reading import Refusal

LONGEST = 500
"""Rows up to which a block is shown as a grid; longer ones are corrected in the spreadsheet."""


def grid_rows(batch: ImportBatch) -> dict[str, Any] | None:
    """Heads, rows and errors by cell; `None` for what is not a short pasted block."""
    if batch.origin != Origin.PASTE or batch.state != ImportState.READY:
        return None
    try:
        table = read_batch(batch)
    except Refusal:
        return None
    if len(table) > LONGEST:
        return None
    faults = _by_cell(batch)
    width = len(table.header)
    rows = [
        {
            "number": number,
            "error": faults.get((number, None), ""),
            "cells": [
                {"text": text, "error": faults.get((number, index), "")}
                for index, text in enumerate([*row, *[""] * (width - len(row))][:width])
            ],
        }
        for number, row in zip(table.numbers, table.rows, strict=True)
    ]
    return {"heads": table.header, "rows": rows, "text": _as_text(table.header, rows)}


def _by_cell(batch: ImportBatch) -> dict[tuple[int, int | None], str]:
    """Messages by row number and column; those without a column stand at the row."""
    names = {c.label: c.name for c in sheet_columns(registry.get(batch.register))}
    names[RECORD_NUMBER] = ID
    index = {name: int(i) for i, name in batch.fields.items()}
    faults: dict[tuple[int, int | None], str] = {}
    for number, label, _, message in (batch.findings or {}).get("errors", []):
        place = (number, index.get(names.get(label, "")))
        text = message if place[1] is not None or not label else f"{label}：{message}"
        faults[place] = faults.get(place, "") + text
    return faults


def _as_text(heads: list[str], rows: list[dict[str, Any]]) -> str:
    lines = [heads, *([cell["text"] for cell in row["cells"]] for row in rows)]
    return "\n".join("\t".join(map(_quoted, line)) for line in lines)


def _quoted(text: str) -> str:
    if any(sign in text for sign in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text
