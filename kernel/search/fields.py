"""The stored text that searches read, and the two ways of asking it."""

from typing import Any

from django.db import models
from django.db.models.lookups import Lookup

from .text import escaped, grams, variants


class SearchTextField(models.TextField):
    """Text for searches, filled by the database alone.

    `holds` finds a word through the index of character pairs. `reads` gives the same rows by
    reading every row it is led to: faster for words so frequent that few rows must be read.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        # The database's own default is for rows that plain SQL inserts.
        preset: dict[str, Any] = {
            "editable": False,
            "blank": True,
            "default": "",
            "db_default": "",
        }
        super().__init__(*args, **preset | kwargs)


def read(column: str, word: str) -> tuple[str, list[Any]]:
    """The condition that needs no index."""
    return f"{column} LIKE %s", [f"%{escaped(word)}%"]


class _Word(Lookup):
    """A folded word in the text, or the same letters in its pinyin."""

    prepare_rhs = False

    def one(self, column: str, word: str) -> tuple[str, list[Any]]:
        raise NotImplementedError

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, given = self.process_lhs(compiler, connection)
        parts: list[str] = []
        params: list[Any] = []
        for word in variants(self.rhs):
            sql, values = self.one(column, word)
            parts.append(sql)
            for value in values:
                params += [*given, value]
        return f"({' OR '.join(parts)})", params


@SearchTextField.register_lookup
class Holds(_Word):
    """By the index of pairs; LIKE makes sure that the pairs stand together.

    LIKE comes first: where the index cannot answer alone, the pairs of a row need not be made.
    """

    lookup_name = "holds"

    def one(self, column: str, word: str) -> tuple[str, list[Any]]:
        if not (pairs := grams(word)):
            return read(column, word)
        sql = f"({column} LIKE %s AND search_grams({column}) @> %s::text[])"
        return sql, [f"%{escaped(word)}%", pairs]


@SearchTextField.register_lookup
class Reads(_Word):
    """By LIKE alone."""

    lookup_name = "reads"

    def one(self, column: str, word: str) -> tuple[str, list[Any]]:
        return read(column, word)


@models.TextField.register_lookup
class Like(Lookup):
    """A whole LIKE pattern, written by the caller."""

    lookup_name = "like"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*params, self.rhs]
