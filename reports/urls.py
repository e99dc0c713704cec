from django.urls import path

from . import views

urlpatterns = [
    path("", views.report_list, name="reports-list"),
    path("figures/", views.figures_latest, name="reports-figures-latest"),
    path("figures/<int:year>/", views.figures, name="reports-figures"),
    path("<int:year>/", views.report_detail, name="reports-detail"),
    path("<int:year>/compile/", views.report_compile, name="reports-compile"),
    path("<int:year>/settings/", views.report_settings, name="reports-settings"),
    path("<int:year>/sections/<slug:key>/", views.section_edit, name="reports-section"),
    path("builds/<int:pk>/", views.build_detail, name="reports-build"),
    path("builds/<int:pk>/pdf/", views.build_pdf, name="reports-build-pdf"),
]
