"""Addresses of the portal, floor by floor."""

from django.urls import include, path

from haian_lawgov import health
from haian_lawgov.home import home

urlpatterns = [
    path("", home, name="home"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", include("organization.urls")),
    path("jobs/", include("kernel.jobs.urls")),
    path("", include("kernel.search.urls")),
    path("", include("kernel.exchange.urls")),
    path("", include("kernel.attachments.urls")),
    path("", include("kernel.collaboration.urls")),
    path("reports/", include("reports.urls")),
    # Last: every register answers below /<app>/<model>/, and any page before may replace one.
    path("", include("kernel.registers.urls")),
]
