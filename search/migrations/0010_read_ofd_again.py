from __future__ import annotations

from typing import Any

from django.db import migrations


def read_again(apps: Any, schema_editor: Any) -> None:
    """OFD is read by a library now; a text that is of no present file is read by the queue within the hour."""
    apps.get_model("search", "AttachmentText").objects.filter(file_name__iendswith=".ofd").update(file_name="")


class Migration(migrations.Migration):
    dependencies = [("search", "0009_read_again")]

    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
