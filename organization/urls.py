from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("organization.accounts.urls")),
    path("units/", views.unit_list, name="organization-units"),
    path("units/new/", views.unit_edit, name="organization-unit-create"),
    path("units/<int:pk>/", views.unit_edit, name="organization-unit-edit"),
    path("units/profile/", views.profile_edit, name="organization-profile"),
]
