from django.urls import path

from . import views

urlpatterns = [
    path("", views.job_list, name="jobs-list"),
    path("<int:pk>/", views.job_detail, name="jobs-detail"),
    path("<int:pk>/cancel/", views.job_cancel, name="jobs-cancel"),
    path("<int:pk>/retry/", views.job_retry, name="jobs-retry"),
]
