"""The yardstick of the list page: a bare Django view with the same SQL and one plain HTML table.

`BARE_SQL` names a JSON file with the page's statements; the last one gives the rows.
"""

import json
import os
from html import escape
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

STATEMENTS = json.loads(Path(os.environ["BARE_SQL"]).read_text())


def rows(request: HttpRequest) -> HttpResponse:
    """Run the statements one after the other and show what the last one gives."""
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
            found = cursor.fetchall()
    lines = ("".join(f"<td>{escape(str(value))}</td>" for value in row[:12]) for row in found)
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return HttpResponse(f"<!DOCTYPE html><title>rows</title><table>{table}</table>")


urlpatterns = [path("", rows)]
application = get_wsgi_application()
