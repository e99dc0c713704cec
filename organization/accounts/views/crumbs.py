"""The way back from the pages of accounts."""

from django.urls import reverse_lazy

HOME = ("首页", "/")
OWN = ("账号与安全", reverse_lazy("organization-account"))
STAFF = ("人员账号", reverse_lazy("organization-staff"))
