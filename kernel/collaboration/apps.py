from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    """Comments, followers, notifications and handover."""

    name = "kernel.collaboration"
    verbose_name = "协作"
