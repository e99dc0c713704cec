"""Pages of single imports and exports; each register's own stand below its address."""

from django.urls import path

from .views import exports, imports

urlpatterns = [
    path("imports/", imports.import_list, name="imports-list"),
    path("imports/<int:pk>/", imports.import_detail, name="imports-detail"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="imports-apply"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="imports-columns"),
    path("imports/<int:pk>/check/", imports.import_recheck, name="imports-recheck"),
    path("imports/<int:pk>/errors.xlsx", imports.import_errors, name="imports-errors"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="imports-undo"),
    path("exports/<int:pk>/", exports.export_detail, name="exports-detail"),
    path("exports/<int:pk>/file/", exports.export_file, name="exports-file"),
]
