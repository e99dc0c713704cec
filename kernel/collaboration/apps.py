from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    """Comments, followers, notifications and handover."""

    name = "kernel.collaboration"
    label = "collaboration"
    verbose_name = "协作"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hang comments onto every record, listen to steps and jobs, add the menu entry."""
        from kernel.jobs.runner import end_listeners
        from kernel.records.events import event_listeners, over_listeners
        from kernel.records.services import EVENT_LABELS
        from kernel.registers.extensions import detail_panels, register_pages
        from kernel.registers.menu import Page, menu

        from . import listen, panel, views

        EVENT_LABELS["handed_over"] = "移交经办人"
        event_listeners.append(listen.on_steps)
        over_listeners.append(listen.on_over)
        end_listeners.append(listen.on_job_ended)
        detail_panels.append(panel.comments)
        register_pages.extend(views.REGISTER_PAGES)
        handover = ("collaboration-handovers", "collaboration.add_handover")
        menu.add(Page("registers", "工作移交", *handover))
