"""`Register`: the one declaration of a record type (台账).

From it come the list, detail, entry and history pages, the menu entry, the filter set that
figures count with, and the link from a figure to its records.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import reverse

from kernel.records.models import Part

from .columns import BoundColumn, Column
from .conditions import When
from .filters import RegisterFilterSet, build_filterset


class Register:
    """Attributes an app sets; everything but `model`, `columns` and `fieldsets` has a default."""

    model: ClassVar[type[Any]]
    label: ClassVar[str] = ""
    """Name in menus and headings; default: the model's verbose name."""
    description: ClassVar[str] = ""
    """One sentence: what belongs here. Shown under the heading and on an empty list."""
    columns: ClassVar[Sequence[str | Column]] = ()
    fieldsets: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    """Groups of form fields; the detail page shows the same groups."""
    extra_facts: ClassVar[Sequence[str | Column]] = ()
    """Computed facts that the detail page shows besides the form's fields."""
    filters: ClassVar[Sequence[str]] = ()
    """Model fields to filter by; `filterset_base` adds conditions of other shapes."""
    filterset_base: ClassVar[type[RegisterFilterSet]] = RegisterFilterSet
    search: ClassVar[Sequence[str]] = ()
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    parts: ClassVar[Sequence[str]] = ()
    """Models (`app.Model`) whose rows the detail page lists below the facts."""
    personal: ClassVar[dict[str, Any]] = {}
    """Personal data: field name → mask. Hidden from everybody until they give a reason."""
    masked: ClassVar[dict[str, Any]] = {}
    """Texts that may hold personal data: field name → mask, for roles that need not know them."""
    import_key: ClassVar[Sequence[str]] = ()
    """Fields by which a sheet's row is recognised as a known record; default: what is unique."""
    import_name: ClassVar[Sequence[str]] = ()
    """Lookup paths by which other records name this one in a sheet; default: name or number."""
    conditions: ClassVar[dict[str, When]] = {}
    """Form fields that are asked for only when another field has a certain value."""
    form_class: ClassVar[type[forms.ModelForm] | None] = None
    in_menu: ClassVar[bool] = True

    @cached_property
    def key(self) -> str:
        """Stable name, `app.model`."""
        return self.model._meta.label_lower

    @cached_property
    def app_label(self) -> str:
        return self.model._meta.app_label

    @cached_property
    def slug(self) -> str:
        return self.model._meta.model_name

    @cached_property
    def title(self) -> str:
        return self.label or str(self.model._meta.verbose_name)

    @property
    def is_part(self) -> bool:
        return issubclass(self.model, Part)

    @cached_property
    def bound_columns(self) -> list[BoundColumn]:
        """The declared columns; a record also shows its state, so that nothing waits unseen."""
        state = [] if self.is_part else [Column("status", priority=3)]
        return self.bind([*self.columns, *state])

    def bind(self, columns: Iterable[str | Column]) -> list[BoundColumn]:
        return [
            (Column(column) if isinstance(column, str) else column).bind(self.model)
            for column in columns
        ]

    @cached_property
    def filterset_class(self) -> type[RegisterFilterSet]:
        return build_filterset(
            self.model, fields=self.filters, search=self.search, base=self.filterset_base
        )

    def get_queryset(self) -> QuerySet[Any]:
        """All rows, before visibility; override to annotate what columns or figures need."""
        return self.model._default_manager.all()

    def visible_to(self, user: Any) -> QuerySet[Any]:
        """Rows that `user` may see."""
        return self.get_queryset().visible_to(user)  # type: ignore[attr-defined]

    def with_relations(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Join what the columns read, so the number of queries does not depend on the rows."""
        relations: set[str] = set()
        many: set[str] = set()
        for column in self.bound_columns:
            relations.update(column.relations)
            if getattr(column.field, "many_to_many", False):
                many.add(column.path.replace(".", "__"))
        return queryset.select_related(*sorted(relations)).prefetch_related(*sorted(many))

    def with_facts(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Join also what a record's own page reads: all facts, the owner's unit and people."""
        prefix = self.model.owner_prefix()
        relations = {f"{prefix}unit", f"{prefix}created_by", f"{prefix}handler"}
        facts = [name for _, names in self.fieldsets for name in names]
        for column in self.bind([*facts, *self.extra_facts]):
            relations.update(column.relations)
        return self.with_relations(queryset).select_related(*sorted(relations))

    def part_registers(self) -> "list[Register]":
        return [registry.for_model(apps.get_model(name)) for name in self.parts]

    def link_field(self, other: type[Model]) -> str:
        """Name of the foreign key from this register's model to `other`."""
        return next(
            field.name
            for field in self.model._meta.get_fields()
            if field.many_to_one and field.related_model is other
        )

    @cached_property
    def entered(self) -> dict[str, str]:
        """Labels of the form's fields by name, in the order of the form."""
        names = [name for _, group in self.fieldsets for name in group]
        return {column.path: column.label for column in self.bind(names)}

    @cached_property
    def places(self) -> dict[str, str]:
        """What a reviewer can remark on, by name: the form's fields, then the tables of rows."""
        return self.entered | {part.slug: part.title for part in self.part_registers()}

    def url(self, role: str, /, *args: Any, **params: Any) -> str:
        """Address of one of the register's pages, e.g. `url("list", status="approved")`."""
        path = reverse(f"{self.app_label}-{self.slug}-{role}", args=args)
        return f"{path}?{urlencode(params)}" if params else path


class Registry:
    """All registers, in order of declaration."""

    def __init__(self) -> None:
        self._by_key: dict[str, Register] = {}

    def add(self, register_class: type[Register]) -> type[Register]:
        """Class decorator: declare a register."""
        register = register_class()
        if register.key in self._by_key:
            raise ValueError(f"register {register.key} is declared twice")
        self._by_key[register.key] = register
        return register_class

    def __iter__(self) -> Any:
        return iter(self._by_key.values())

    def get(self, key: str) -> Register:
        """The register `app.model`; KeyError when there is none."""
        return self._by_key[key]

    def for_model(self, model: Any) -> Register:
        return self._by_key[model._meta.label_lower]

    def has(self, model: Any) -> bool:
        return model._meta.label_lower in self._by_key


registry = Registry()
register = registry.add
