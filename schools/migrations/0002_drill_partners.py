from django.db import migrations, models

# The model names the rule itself; the name that Django chose for the hidden table goes.
DROP_HIDDEN_UNIQUE = """
DO $$
DECLARE
    rule text;
BEGIN
    FOR rule IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'schools_drill_partners'::regclass AND contype = 'u'
    LOOP
        EXECUTE format('ALTER TABLE schools_drill_partners DROP CONSTRAINT %I', rule);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """The table of a drill's departments gets a model, so that history can follow it."""

    dependencies = [
        ("organization", "0001_initial"),
        ("schools", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP_HIDDEN_UNIQUE, migrations.RunSQL.noop)],
            state_operations=[
                migrations.CreateModel(
                    name="DrillPartner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "drill",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                to="schools.drill",
                                verbose_name="应急演练",
                            ),
                        ),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=models.CASCADE,
                                to="organization.agency",
                                verbose_name="参与部门",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "参与部门",
                        "db_table": "schools_drill_partners",
                        "default_permissions": (),
                    },
                ),
                migrations.AlterField(
                    model_name="drill",
                    name="partners",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        through="schools.DrillPartner",
                        to="organization.agency",
                        verbose_name="参与部门",
                    ),
                ),
            ],
        ),
    ]
