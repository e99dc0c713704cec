"""Every kept version of a record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .. import history, tables
from ..access import RegisterView
from .crumbs import crumbs


class RegisterHistory(RegisterView):
    """Every kept version of the record, field by field."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        context = {
            "register": self.register,
            "record": record,
            "page_title": f"修改历史：{record}",
            "breadcrumbs": crumbs(
                self.register,
                (str(record), self.register.url("detail", record.pk)),
                ("修改历史", None),
            ),
            "versions": history.versions(record, tables.masks_for(self.register, self.user)),
        }
        return render(request, "registers/history.html", context)
