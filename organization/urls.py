from django.contrib.auth.views import LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="organization-login"),
    path("logout/", LogoutView.as_view(), name="organization-logout"),
    path("units/", views.unit_list, name="organization-units"),
    path("units/new/", views.unit_edit, name="organization-unit-create"),
    path("units/<int:pk>/", views.unit_edit, name="organization-unit-edit"),
    path("units/profile/", views.profile_edit, name="organization-profile"),
    path("staff/", views.staff_list, name="organization-staff"),
    path("staff/new/", views.staff_edit, name="organization-staff-create"),
    path("staff/<int:pk>/", views.staff_edit, name="organization-staff-edit"),
]
