"""The xlsx template of a register: heads with explanations, drop-downs, a sample row."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from kernel.registers.register import Register

from .exporting.xlsx import width_of
from .fields import NEEDED, RECORD_NUMBER, SAMPLE_MARK, SheetColumn, sheet_columns
from .keys import Finder, Names, choices_for
from .reading import LISTS, LISTS_NAME

ROWS = 5_000
"""Rows below the head that carry drop-downs."""
INLINE = 250
"""Longest list of choices that a drop-down can hold by itself, in characters."""
OFFERED = 1_000
NUMBER_HINT = (
    f"新增的行留空。要更新已有记录，填写导出文件里的记录号。以“{SAMPLE_MARK}”开头的行不导入。"
)
SAMPLE_DAY, SAMPLE_YEAR = "2023-05-06", 2023


def make_template(register: Register, user: Any) -> bytes:
    """The template as this person needs it: lists hold what they may choose."""
    return _Template(register, user).build()


class _Template:
    def __init__(self, register: Register, user: Any):
        self.register, self.user = register, user
        self.columns = sheet_columns(register)
        self.book = Workbook()
        self.sheet: Any = self.book.active
        self.lists: Any = self.book.create_sheet(LISTS)
        self.list_count = 0

    def build(self) -> bytes:
        self.sheet.title = _sheet_name(self.register.title)
        self._head(1, RECORD_NUMBER, NUMBER_HINT, needed=False)
        for place, column in enumerate(self.columns, 2):
            self._head(place, column.label, column.hint, needed=column.needed)
            self._offer(place, column)
        self._sample()
        self._freeze()
        self._guide()
        self._hide_lists()
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()

    def _head(self, place: int, label: str, hint: str, *, needed: bool) -> None:
        cell = self.sheet.cell(1, place, label)
        color = "B3201A" if needed else "1B2430"
        cell.font = Font(bold=True, color=color)
        cell.fill = PatternFill("solid", fgColor="E9F0F9")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.comment = Comment(hint, "模板", height=30 + 18 * (len(hint) // 16 + 2), width=260)
        self.sheet.column_dimensions[get_column_letter(place)].width = width_of(label)

    def _offer(self, place: int, column: SheetColumn) -> None:
        """A drop-down where there is a closed list; long lists stand on a hidden sheet."""
        if column.is_many or hasattr(column.field, "base_field"):
            return
        offered = self._choices(column)
        if not offered:
            self._only_numbers(place, column)
            return
        text = ",".join(offered)
        simple = len(text) < INLINE and not any("," in choice for choice in offered)
        formula = f'"{text}"' if simple else self._list(offered)
        self._validate(place, column, DataValidation("list", formula1=formula, allow_blank=True))

    def _choices(self, column: SheetColumn) -> list[str]:
        if not column.is_relation:
            return column.choices
        queryset = choices_for(column.field, self.user)
        return Finder(queryset, column.label).offer(OFFERED)

    def _list(self, offered: Sequence[str]) -> str:
        self.list_count += 1
        letter = get_column_letter(self.list_count)
        for row, choice in enumerate(offered, 1):
            self.lists.cell(row, self.list_count, choice)
        return f"='{LISTS}'!${letter}$1:${letter}${len(offered)}"

    def _hide_lists(self) -> None:
        """Hide the lists and mark them as ours: an import refuses any other hidden sheet."""
        self.lists.sheet_state = "hidden"
        self.book.defined_names[LISTS_NAME] = DefinedName(
            LISTS_NAME, attr_text=f"'{LISTS}'!$A$1", hidden=True
        )

    def _validate(self, place: int, column: SheetColumn, rule: DataValidation) -> None:
        letter = get_column_letter(place)
        # Related records may also be named by number: their list only helps.
        rule.errorStyle = "warning" if column.is_relation else "stop"
        rule.error, rule.errorTitle = f"{column.label}：{column.allowed}"[:220], "请核对"
        rule.showErrorMessage = True
        rule.add(f"{letter}2:{letter}{ROWS}")
        self.sheet.add_data_validation(rule)

    def _only_numbers(self, place: int, column: SheetColumn) -> None:
        """Codes keep their figures only in text cells."""
        if isinstance(column.field, models.CharField):
            letter = get_column_letter(place)
            self.sheet.column_dimensions[letter].number_format = "@"

    def _sample(self) -> None:
        values = [f"{SAMPLE_MARK}（本行不导入）", *sample_values(self.register, self.user)]
        for place, value in enumerate(values, 1):
            cell = self.sheet.cell(2, place, value)
            cell.font = Font(italic=True, color="5B6675")
            cell.number_format = "@"

    def _freeze(self) -> None:
        """The head stays in sight and cannot be overwritten; everything else is open."""
        self.sheet.freeze_panes = "B2"
        self.sheet.row_dimensions[1].height = 30
        self.sheet.protection.sheet = True
        for name in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows"):
            setattr(self.sheet.protection, name, False)
        self.sheet.protection.sort = self.sheet.protection.autoFilter = False
        for place in range(1, len(self.columns) + 2):
            letter = get_column_letter(place)
            self.sheet.column_dimensions[letter].protection = Protection(locked=False)
            self.sheet.cell(2, place).protection = Protection(locked=False)

    def _guide(self) -> None:
        """A sheet that says of each column what may stand there; for printing."""
        guide: Any = self.book.create_sheet("填写说明", 1)
        guide.append(["列", "要求", "可以填写"])
        for column in self.columns:
            help_text = str(column.field.help_text or "")
            needed = NEEDED if column.needed else "可不填"
            guide.append([column.label, needed, f"{column.allowed}{help_text}"])
        for letter, width in (("A", 24), ("B", 10), ("C", 90)):
            guide.column_dimensions[letter].width = width
        for row in guide.iter_rows():
            for cell in row:
                cell.alignment = Alignment(vertical="top", wrap_text=True)


def sample_values(register: Register, user: Any) -> list[str]:
    """Values of the sample row, all made up; only the person's own unit is real."""
    return [_made_up(column, user) for column in sheet_columns(register)]


def _made_up(column: SheetColumn, user: Any) -> str:
    field = column.field
    if column.is_relation:
        return _related(field, user)
    if column.choices:
        return column.choices[0]
    if isinstance(field, models.DateField):
        # Optional days are mostly those of an end: one more would contradict the first.
        return "" if field.blank else SAMPLE_DAY
    if isinstance(field, models.IntegerField | models.DecimalField):
        return str(SAMPLE_YEAR if field.name == "year" else 1)
    return _sample_text(column)


def _related(field: Any, user: Any) -> str:
    """The own unit where a unit is asked for; other records are not shown in a form to fill in."""
    model = field.related_model
    if model is user._meta.get_field("unit").related_model and user.unit_id:
        names = Names(model)
        names.learn([user.unit_id])
        return names.name(user.unit_id)
    return f"{SAMPLE_MARK}{model._meta.verbose_name}"


def _sample_text(column: SheetColumn) -> str:
    """Words that show what belongs here; nothing where a number of a certain form does."""
    has_form = any(not isinstance(v, MaxLengthValidator) for v in column.field.validators)
    if has_form and column.field.blank:
        return ""
    text = SAMPLE_MARK + column.label.partition("（")[0]
    return text[: column.field.max_length]


def _sheet_name(title: str) -> str:
    return "".join("－" if sign in "[]:*?/\\" else sign for sign in title)[:31]
