"""What the page editor does on top of Wagtail's forms."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm

from portal.pages import content_checks
from portal.pages.addresses import give_address
from portal.pages.blocks import plain_text


class ArticleForm(WagtailAdminPageForm):
    """Editors never see an article's slug: it is given when the article is first saved and then stays.

    What carries a secrecy mark (密级) is not stored at all, not even as a draft.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        body = cleaned.get("body")
        text = "\n".join([cleaned.get("title") or "", plain_text(body) if body else ""])
        for finding in content_checks.stops(text):
            self.add_error(None, finding.sentence)
        if not self.instance.slug and not self.errors:
            self.instance.slug = give_address(timezone.localdate())
        return cleaned
