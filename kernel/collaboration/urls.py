"""Notifications of the signed-in person, and the handover of work."""

from django.urls import path

from .views import handover, notifications

urlpatterns = [
    path("notifications/", notifications.notification_list, name="collaboration-notifications"),
    path("notifications/read/", notifications.notification_read, name="collaboration-read-all"),
    path(
        "notifications/settings/",
        notifications.notification_settings,
        name="collaboration-settings",
    ),
    path("notifications/<int:pk>/", notifications.notification_open, name="collaboration-open"),
    path(
        "notifications/<int:pk>/read/", notifications.notification_read, name="collaboration-read"
    ),
    path("handover/", handover.handover_start, name="collaboration-handovers"),
    path("handover/<int:pk>/", handover.handover_detail, name="collaboration-handover"),
]
