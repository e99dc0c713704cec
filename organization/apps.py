from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    name = "organization"
    label = "organization"
    verbose_name = "机构人员"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "building"
    menu_order = 95

    def ready(self) -> None:
        """Give the six roles their permissions after every migration."""
        from .roles import sync_roles

        post_migrate.connect(sync_roles, sender=self, dispatch_uid="organization.sync_roles")
