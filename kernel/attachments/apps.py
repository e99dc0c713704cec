from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Files that belong to records."""

    name = "kernel.attachments"
    verbose_name = "附件"
