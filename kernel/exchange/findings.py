"""What a check found, in the form the preview shows: numbers, first rows, errors."""

from collections.abc import Sequence
from typing import Any

from kernel.registers.register import Register

from .cells import text_of, writer
from .fields import SheetColumn, sheet_columns
from .keys import Names
from .plan import CHANGED, ERROR, KINDS, NEW, SAME, RowPlan, Summary

SHOWN_ROWS = 200
SHOWN_ERRORS = 2_000
SHOWN_COLUMNS = 8
HEAD = "表头"


class Findings:
    """Collects the plans of a sheet chunk by chunk; keeps only what will be shown."""

    def __init__(self, register: Register):
        self.register, self.summary = register, Summary()
        self.masks = {**register.masked, **register.personal}
        self.columns = sheet_columns(register)
        self.writers = {c.name: writer(c.field) for c in self.columns if not c.is_relation}
        self.rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        self.errors: list[list[Any]] = []
        self.names = {c.name: Names(c.field.related_model) for c in self.columns if c.is_relation}

    def add(self, plans: Sequence[RowPlan]) -> None:
        self.summary.add(plans)
        for kind in (NEW, SAME):
            room = SHOWN_ROWS - len(self.rows[kind])
            picked = [plan for plan in plans if plan.kind == kind][:room]
            self.rows[kind] += self._cells(picked)
        for plan in plans:
            if plan.kind == CHANGED and len(self.rows[CHANGED]) < SHOWN_ROWS:
                self.rows[CHANGED].append(self._changed(plan))
            if plan.kind == ERROR:
                self._add_errors(plan)

    def refuse_all(self, count: int, message: str) -> None:
        """One error for a sheet whose head makes every row wrong."""
        self.summary.counts[ERROR], self.summary.errors = count, 1
        self.errors.append([None, HEAD, "", message])

    def _add_errors(self, plan: RowPlan) -> None:
        room = SHOWN_ERRORS - len(self.errors)
        for error in plan.errors[: max(0, room)]:
            self.errors.append([plan.number, error.label, error.value[:80], error.message])

    def _cells(self, plans: Sequence[RowPlan]) -> list[dict[str, Any]]:
        columns = [c for c in self.columns if not c.is_many][:SHOWN_COLUMNS]
        for column in columns:
            if column.is_relation:
                keys = (getattr(plan.record, column.field.attname) for plan in plans)
                self.names[column.name].learn(key for key in keys if key is not None)
        return [
            {"number": p.number, "known": p.known, "cells": [self._text(p, c) for c in columns]}
            for p in plans
        ]

    def _text(self, plan: RowPlan, column: SheetColumn) -> str:
        value = getattr(plan.record, column.field.attname)
        if column.is_relation:
            return self.names[column.name].name(value)
        text = text_of(self.writers[column.name](value))
        mask = self.masks.get(column.name)
        return mask(text) if mask and text and plan.known else text[:80]

    def _changed(self, plan: RowPlan) -> dict[str, Any]:
        """Old values of personal fields stay hidden: the person sees only what the sheet says."""
        hidden = {c.label: self.masks[c.name] for c in self.columns if c.name in self.masks}
        return {
            "number": plan.number,
            "known": plan.known,
            "title": str(plan.record)[:80],
            "changes": [
                [c.label, hidden[c.label](c.old) if c.label in hidden and c.old else c.old, c.new]
                for c in plan.changes
            ],
        }

    def as_json(self) -> dict[str, Any]:
        heads = [c.label for c in self.columns if not c.is_many][:SHOWN_COLUMNS]
        return {"heads": heads, "rows": self.rows, "errors": self.errors}
