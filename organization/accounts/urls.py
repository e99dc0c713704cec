"""Addresses of the pages of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from .views import actions, log, login, own, staff

urlpatterns = [
    path("login/", login.Login.as_view(), name="organization-login"),
    path("login/code/", login.login_code, name="organization-login-code"),
    path("logout/", LogoutView.as_view(), name="organization-logout"),
    path("welcome/", login.welcome, name="organization-welcome"),
    path("account/", own.account, name="organization-account"),
    path("account/password/", own.change_password, name="organization-password"),
    path("account/factor/", own.set_up_factor, name="organization-factor"),
    path("account/factor/remove/", own.remove_factor, name="organization-factor-remove"),
    path("account/factor/codes/", own.renew_codes, name="organization-factor-codes"),
    path("account/sessions/end/", own.end_other_sessions, name="organization-sessions-end"),
    path("account/sessions/<int:pk>/end/", own.end_session, name="organization-session-end"),
    path("staff/", staff.staff_list, name="organization-staff"),
    path("staff/new/", staff.staff_edit, name="organization-staff-create"),
    path("staff/<int:pk>/", staff.staff_detail, name="organization-staff-detail"),
    path("staff/<int:pk>/edit/", staff.staff_edit, name="organization-staff-edit"),
    path("staff/<int:pk>/<slug:name>/", actions.staff_act, name="organization-staff-act"),
    path("security-log/", log.security_log, name="organization-security-log"),
]
