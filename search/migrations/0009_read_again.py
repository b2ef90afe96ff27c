from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Q

#: Of these more is read now: headers, groups of shapes, and that a picture is one.
KINDS = ("docx", "doc", "wps", "pptx", "ppt", "dps", "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp")


def read_again(apps: Any, schema_editor: Any) -> None:
    """A text that is of no present file is read by the queue within the hour; until then it stays findable."""
    of_kinds = Q()
    for kind in KINDS:
        of_kinds |= Q(file_name__iendswith=f".{kind}")
    apps.get_model("search", "AttachmentText").objects.filter(of_kinds).update(file_name="")


class Migration(migrations.Migration):
    dependencies = [("search", "0008_closing_changes")]

    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
