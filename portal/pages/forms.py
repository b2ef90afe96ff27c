"""What the page editor does on top of Wagtail's forms."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm

from portal.pages.addresses import article_slug


class ArticleForm(WagtailAdminPageForm):
    """Editors never see an article's slug: it is given when the article is first saved and then stays."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.instance.slug:
            self.instance.slug = article_slug(uid=self.instance.uid, day=timezone.localdate())
        return cleaned
