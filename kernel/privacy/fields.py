"""Model fields whose column holds ciphertext, while Python sees the plain text.

Forms, validators and `max_length` work on the plain text. A column is found again by its exact
value only, and only where it was declared `searchable`; everything else that a database could do
with a plain column is refused with a clear error instead of an empty answer.
"""

import json
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Left
from django.db.models.lookups import IsNull, Lookup

from .cipher import HEAD_LENGTH, Unreadable, heads, seal, unseal


class EqualLookup(Lookup):
    """`exact` by the fingerprint at the head of the column."""

    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        found = [head for value in self.values() for head in self.heads_of(value)]
        marks = ", ".join(["%s"] * len(found))
        return f"LEFT({lhs}, {HEAD_LENGTH}) IN ({marks})", [*params, *found]

    def values(self) -> list[Any]:
        return [self.rhs]

    def heads_of(self, value: Any) -> list[str]:
        field = self.lhs.output_field
        if not isinstance(value, str):
            raise FieldError(f"{field} is encrypted: it can be compared with plain text only.")
        if value and not field.searchable:
            raise FieldError(f"{field} is encrypted and not searchable.")
        return heads(value, field.context)


class InLookup(EqualLookup):
    """`in` a list of values."""

    lookup_name = "in"

    def values(self) -> list[Any]:
        if hasattr(self.rhs, "resolve_expression") or not self.rhs:
            raise FieldError(f"{self.lhs.output_field} is encrypted: give a list of values.")
        return list(self.rhs)


LOOKUPS: dict[str, type[Lookup]] = {"exact": EqualLookup, "in": InLookup, "isnull": IsNull}
OF_TRIGGERS = {"df", "ndf"}
"""pgtrigger's "distinct from": whether the stored column itself changed."""


class EncryptedMixin(models.Field):
    """What encrypted fields share; `searchable` lets `exact` and `in` find a value."""

    encrypted = True

    def __init__(self, *args: Any, searchable: bool = False, **kwargs: Any):
        self.searchable = searchable
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.searchable:
            kwargs["searchable"] = True
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """No uniqueness and no index of Django's own: each encryption of a value differs."""
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False):
            found.append(
                checks.Error(
                    "An encrypted field can be neither unique nor indexed; use blind_index().",
                    obj=self,
                    id="privacy.E001",
                )
            )
        return found

    @property
    def context(self) -> str:
        """Table and column that the ciphertext belongs to; a row of history carries its model's."""
        model = getattr(self.model, "pgh_tracked_model", self.model)
        return f"{model._meta.db_table}.{self.column}"

    def db_type(self, connection: Any) -> str:
        return "text"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in OF_TRIGGERS:
            return super().get_lookup(lookup_name)
        if lookup_name not in LOOKUPS:
            raise FieldError(f"{self} is encrypted: no lookup {lookup_name!r}, only exact and in.")
        return LOOKUPS[lookup_name]

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is encrypted: no transform {lookup_name!r}.")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else unseal(value, self.context)

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return value.token
        return seal(str(value), self.context, searchable=self.searchable)


class EncryptedCharField(EncryptedMixin, models.CharField):
    """A short text, stored encrypted; `max_length` is that of the plain text."""


class UnreadableJSON(dict[str, Any]):
    """Stands for stored JSON that no key opens; written back unchanged while it stays empty."""

    token = ""


class EncryptedJSONField(EncryptedMixin, models.TextField):
    """A JSON object, stored encrypted; for forms in progress, which may hold anything."""

    if TYPE_CHECKING:
        # What type checkers are to take the attribute for: no str, unlike in other text fields.
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        text = super().from_db_value(value, expression, connection)
        if isinstance(text, Unreadable):
            closed = UnreadableJSON()
            closed.token = text.token
            return closed
        return json.loads(text) if text else None

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, UnreadableJSON) and not value:
            return value.token
        text = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
        return super().get_prep_value(text)


def blind_index(field: str, *, name: str) -> models.Index:
    """The index that makes `exact` on a searchable encrypted field fast."""
    return models.Index(Left(field, HEAD_LENGTH), name=name)
