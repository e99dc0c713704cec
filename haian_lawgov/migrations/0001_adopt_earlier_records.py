"""What was entered before drafts, handlers, search and encryption were there, brought along."""

import pghistory
from django.apps import apps as project
from django.db import migrations
from django.db.models import F

from kernel.privacy.rotation import encrypted_columns, reseal
from kernel.records.models import Record
from kernel.search.refill import refill, searched_models


def adopt_records(apps, schema_editor):
    """A record row is no draft any more; its author answers for it while it is open."""
    with pghistory.context(reason="系统升级：草稿不再是记录，原草稿转为退回待改；经办人取录入人"):
        for model in project.get_models():
            if issubclass(model, Record):
                rows = apps.get_model(model._meta.label).objects
                rows.filter(status="draft").update(status="returned")
                rows.filter(handler=None).exclude(created_by=None).update(handler=F("created_by"))


def fill_search(apps, schema_editor):
    for model in searched_models():
        refill(model)


def encrypt(apps, schema_editor):
    for column in encrypted_columns():
        reseal(column)


class Migration(migrations.Migration):
    # Each step works in batches and passes over what is done: an interrupted run is run again.
    atomic = False

    dependencies = [
        ("disclosures", "0003_data_entry"),
        ("enforcement", "0004_data_entry"),
        ("governance", "0003_data_entry"),
        ("attachments", "0001_initial"),
        ("collaboration", "0001_initial"),
        ("exchange", "0001_initial"),
        ("privacy", "0001_initial"),
        ("records", "0002_data_entry"),
        ("registers", "0001_initial"),
        ("organization", "0002_data_entry"),
        ("petitions", "0003_data_entry"),
        ("powers", "0002_data_entry"),
        ("reports", "0002_data_entry"),
        ("schools", "0003_data_entry"),
    ]

    operations = [
        migrations.RunPython(adopt_records, migrations.RunPython.noop),
        migrations.RunPython(fill_search, migrations.RunPython.noop),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
    ]
