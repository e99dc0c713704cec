from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Files that belong to records."""

    name = "kernel.attachments"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give every register a panel of files and the pages behind it."""
        from kernel.records.services import EVENT_LABELS
        from kernel.registers.extensions import (
            HistorySource,
            RegisterPage,
            detail_panels,
            history_sources,
            print_tables,
            register_pages,
        )

        from . import services, views
        from .models import Attachment
        from .panels import panel, printed

        EVENT_LABELS.update(services.EVENT_LABELS)
        detail_panels.append(panel)
        print_tables.append(printed)
        history_sources.append(HistorySource(Attachment, Attachment.belongs_to))
        base = "<int:pk>/attachments/"
        one = f"{base}<int:attachment>/"
        register_pages.extend(
            [
                RegisterPage(base, views.Attachments, "attachments"),
                RegisterPage(one, views.AttachmentFile, "attachment"),
                RegisterPage(f"{one}preview/", views.AttachmentPreview, "attachment-preview"),
                RegisterPage(f"{one}withdraw/", views.AttachmentWithdraw, "attachment-withdraw"),
            ]
        )
