"""Every form of every register reads what people write and asks for little."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.registers.choices import LONGEST_LIST, TEXT, RelationSelect
from kernel.registers.fields import DateField, DecimalField, IntegerField
from kernel.registers.forms import RecordForm, form_class
from kernel.registers.register import Register
from kernel.values.parsing import Unreadable, in_words, unit_of
from organization.models import Unit, UnitKind
from tests.contract.pages import ENTERED, html, names, sample

FORM_QUERIES = 12
DAY = dt.date(2023, 5, 6)
SPELLINGS = ("2023年5月6日", "2023.5.6", "20230506", "2023-5-6", " ２０２３／０５／０６\u3000")

every_register = pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))


@pytest.fixture
def clerk(make_account: Any, unit: Unit) -> Any:
    return make_account(unit, "clerk")


def empty_form(register: Register, user: Any) -> RecordForm:
    return form_class(register)(user=user, presets=False)


def fields_of(form: RecordForm, kind: type[Any]) -> dict[str, Any]:
    return {name: field for name, field in form.fields.items() if isinstance(field, kind)}


# --- Tolerant reading ----------------------------------------------------------------------------


@every_register
def test_every_day_is_read_in_every_spelling(register: Register, clerk: Any) -> None:
    form = empty_form(register, clerk)
    entered = [n for n in form.fields if _column(register, n, models.DateField)]
    assert entered == list(fields_of(form, DateField))
    for name in entered:
        read = [form.fields[name].to_python(text) for text in SPELLINGS]
        assert read == [DAY] * len(SPELLINGS), name
        assert form.fields[name].widget.input_type == "text"


def _column(register: Register, name: str, kind: type[models.Field]) -> bool:
    found = [f for f in register.model._meta.get_fields() if f.name == name]
    return bool(found) and isinstance(found[0], kind) and not found[0].is_relation


@every_register
def test_every_number_is_read_with_separators_and_its_own_unit(
    register: Register, clerk: Any
) -> None:
    form = empty_form(register, clerk)
    numbers = fields_of(form, DecimalField | IntegerField)
    for name in form.fields:
        assert (name in numbers) == (
            name != "version"
            and not form.fields[name].widget.is_hidden
            and _column(register, name, models.DecimalField | models.IntegerField)
        ), name
    for name, field in numbers.items():
        unit = unit_of(str(field.label))
        for text in ("1,234", "１，２３４", " 1234 ", f"1234{unit}"):
            assert field.to_python(text) == 1234, name
        if unit == "元":
            assert field.to_python("0.1234万元") == 1234
        with pytest.raises(Unreadable):
            field.read("12,34")


@every_register
def test_every_choice_is_read_by_its_label(register: Register, clerk: Any) -> None:
    form = empty_form(register, clerk)
    for field in register.model._meta.concrete_fields:
        if field.name in form.fields and field.choices and field.editable:
            for code, label in field.flatchoices:
                assert form.fields[field.name].to_python(f" {label}　") == code
            with pytest.raises(Unreadable, match="可选"):
                form.fields[field.name].read("没有这一项")


@every_register
def test_the_form_says_what_it_understood(register: Register, clerk: Any, login: Any) -> None:
    form, client = empty_form(register, clerk), login(clerk)
    for name in fields_of(form, DateField):
        answer = client.post(register.url("understand"), {"field": name, "value": "2023.5.6"})
        assert answer.json() == {"value": "2023-05-06", "words": "2023年5月6日（星期六）"}
        answer = client.post(register.url("understand"), {"field": name, "value": "23.5.6"})
        assert "年份只有两位" in answer.json()["error"]
    page = client.post(
        register.url("create"), dict.fromkeys(fields_of(form, DateField), "2023.5.6")
    )
    text = html(page, 422)
    if fields_of(form, DateField):
        assert "2023年5月6日（星期六）" in text
        assert 'value="2023-05-06"' in text
        assert "2023.5.6" not in text.replace("2023.5.6.", "")


@every_register
def test_what_was_understood_is_told_only_to_those_who_enter(
    register: Register, clerk: Any, login: Any, unit: Unit, make_account: Any, client: Client
) -> None:
    for role in ("understand", "find"):
        assert client.post(register.url(role)).status_code == 302
        assert login(make_account(unit, "leader")).post(register.url(role)).status_code == 403
    assert client.get(register.url("choices")).status_code == 302
    by_leader = login(make_account(unit, "leader"))
    assert by_leader.get(register.url("choices", field="unit")).status_code == 403
    by_clerk = login(clerk)
    assert by_clerk.post(register.url("understand"), {"field": "pk"}).status_code == 404
    assert by_clerk.get(register.url("choices", field="created_by")).status_code == 404
    assert by_clerk.get(register.url("choices", field="pk")).status_code == 404


# --- Choice of records ---------------------------------------------------------------------------


def is_long(field: Any) -> bool:
    return field.queryset.count() > LONGEST_LIST


@every_register
def test_a_long_list_is_searched_and_a_short_one_dropped_down(
    register: Register, clerk: Any, login: Any
) -> None:
    form = empty_form(register, clerk)
    page = html(login(clerk).get(register.url("create")))
    for name, field in form.fields.items():
        if not isinstance(field.widget, RelationSelect):
            continue
        assert (f'name="{name}{TEXT}"' in page) == is_long(field), name
        assert (f'<select name="{name}"' in page) != is_long(field), name
    assert page.count("<option") < 20 * LONGEST_LIST


@every_register
def test_suggestions_are_the_rows_of_the_persons_own_form(
    register: Register, clerk: Any, login: Any
) -> None:
    form, client = empty_form(register, clerk), login(clerk)
    for name, field in form.fields.items():
        if not isinstance(field.widget, RelationSelect) or not field.queryset.exists():
            continue
        allowed = {str(pk) for pk in field.queryset.values_list("pk", flat=True)}
        wanted = field.queryset.order_by("pk").last()
        for text in ("", str(wanted)):
            rows = client.get(register.url("choices", field=name, q=text)).json()["rows"]
            assert 0 < len(rows) <= 20
            assert {row["value"] for row in rows} <= allowed, name
        assert str(wanted) in {row["text"] for row in rows}, name


@every_register
def test_a_row_out_of_sight_is_refused_by_key_and_by_name(
    register: Register, clerk: Any, other_unit: Unit
) -> None:
    for name, field in empty_form(register, clerk).fields.items():
        if not isinstance(field.widget, RelationSelect):
            continue
        visible = field.queryset.values("pk")
        foreign = field.queryset.model._base_manager.exclude(pk__in=visible).first()
        for key in ("0", "-1", "9" * 30, "x", "\x00", str(foreign.pk) if foreign else "0"):
            form = form_class(register)({name: key}, user=clerk)
            assert name in form.errors, (name, key)
        if foreign:
            form = form_class(register)({name: "", name + TEXT: str(foreign)}, user=clerk)
            form.is_valid()
            chosen = form.cleaned_data.get(name)
            assert name in form.errors or chosen is None or chosen.pk != foreign.pk


# --- Budget --------------------------------------------------------------------------------------


def count(client: Client, url: str) -> list[str]:
    client.get(url)  # the bureau's profile and the content types are cached from here on
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def more_units(root: Unit) -> None:
    for number in range(120):
        Unit.objects.create(
            name=f"新增学校{number}", code=f"more{number}", kind=UnitKind.SCHOOL, parent=root
        )


@every_register
def test_a_form_takes_few_queries_however_many_rows_there_are(
    register: Register, clerk: Any, login: Any, unit: Unit
) -> None:
    client = login(clerk)
    url = register.url("create")
    small = count(client, url)
    more_units(Unit.objects.get(parent=None))
    large = count(client, url)
    assert len(large) <= len(small), "\n".join(large)
    assert len(large) <= FORM_QUERIES, "\n".join(large)
    unlimited = [sql for sql in large if "search_text" in sql and "LIMIT" not in sql]
    assert unlimited == []


@every_register
def test_changing_a_record_takes_few_queries(
    register: Register, unit: Unit, clerk: Any, login: Any
) -> None:
    record = sample(register, unit)
    found = count(login(clerk), register.url("edit", record.pk))
    assert len(found) <= FORM_QUERIES + 4, "\n".join(found)


# --- Conditions, notes, presets ------------------------------------------------------------------


@every_register
def test_conditions_name_fields_and_values_of_the_form(register: Register, clerk: Any) -> None:
    form = empty_form(register, clerk)
    for name, when in register.conditions.items():
        assert {name, when.field} <= set(form.fields)
        model_field = register.model._meta.get_field(when.field)
        for value in when.values:
            assert in_words(model_field, value) != str(value), (name, value)
        if when.required:
            assert not form.fields[name].required, f"{name} is always required"


@every_register
def test_a_new_form_is_filled_with_nothing_that_the_form_refuses(
    register: Register, clerk: Any
) -> None:
    form = form_class(register)(user=clerk)
    for name, field in form.fields.items():
        if getattr(field, "preset", ""):
            assert field.required, name
            assert field.clean(form[name].value()) is not None, name
