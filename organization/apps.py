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
        """Hear about sign-ins, close leavers' accounts, give the seven roles their permissions."""
        from kernel.collaboration.handover import account_closers

        from .accounts import receivers, services
        from .roles import sync_roles

        receivers.connect()
        account_closers.append(services.close_account)
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="organization.sync_roles")
