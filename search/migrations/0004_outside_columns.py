import uuid

import django.db.models.deletion
from django.db import migrations, models


def forget_all(apps, schema_editor):
    """Nobody knows which column they stand in; the next run reads them again."""
    apps.get_model("search", "OutsideTitle").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_page_words_and_attachments'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(forget_all, migrations.RunPython.noop),
        migrations.AddField(
            model_name='outsidetitle',
            name='column_uuid',
            field=models.UUIDField(db_index=True, default=uuid.uuid4, editable=False),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='outsidetitle',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='units.unit', verbose_name='unit'),
        ),
    ]
