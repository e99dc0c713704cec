"""``manage.py migrate``, several times faster on an empty database.

While it migrates, Django keeps classes of all models as they were at that moment.  Nearly every
table here points to units and staff, so after each added constraint, index or trigger Django
renews all classes that are related over two steps: half of them, hundreds of times; after an
added foreign key, all of them.  Such a change concerns one table only; renewing its own class is
enough to write the SQL.  A data migration, which needs consistent classes, is given fresh ones by
Django anyway (``ProjectState.clear_delayed_apps_cache``).
"""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with light_renewal():
            return super().handle(*args, **options)


@contextlib.contextmanager
def light_renewal() -> Iterator[None]:
    """Renew only the changed class after operations whose SQL concerns its table alone."""
    thorough, add_field = ProjectState.reload_model, ProjectState.add_field

    def reload_model(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if not delay:
            thorough(state, app_label, model_name)
        elif "apps" in state.__dict__:  # classes exist only once somebody asked for them
            state.is_delayed = True
            state._reload({(app_label, model_name)})

    def add_lightly(state: Any, *args: Any, **kwargs: Any) -> None:
        """A new foreign key is a column of its own table; the class it points to stays usable."""
        with mock.patch.object(
            ProjectState,
            "reload_model",
            lambda state, app_label, name, delay=False: reload_model(state, app_label, name, True),
        ):
            add_field(state, *args, **kwargs)

    with (
        mock.patch.object(ProjectState, "reload_model", reload_model),
        mock.patch.object(ProjectState, "add_field", add_lightly),
    ):
        yield
