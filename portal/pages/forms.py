"""What the page editor does on top of Wagtail's forms."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.compare import FieldComparison
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, ObjectList, TitleFieldPanel
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.permissions import permission_policy as images

from portal.pages import attachments, content_checks, rhythm
from portal.pages.addresses import give_address
from portal.pages.blocks import documents_in, pictures_in, plain_text
from portal.pages.permissions import may_choose


class Sheet(ObjectList):
    """All fields on one sheet, without tabs, with the margins that Wagtail's tabs would give them."""

    class BoundPanel(ObjectList.BoundPanel):
        template_name = "pages/panels/sheet.html"


class HeadlinePanel(TitleFieldPanel):
    """A title large at the head of the form, from which no address follows."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_attrs(self) -> dict[str, Any]:
            """Without what copies the title into a slug: an article's form has none."""
            return {"placeholder": self.get_placeholder()}


class DayComparison(FieldComparison):
    val_a: Any
    val_b: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.val_a, self.val_b = self.val_a or "", self.val_b or ""


class DayPanel(FieldPanel):
    """A date that may be empty; Wagtail's comparison of revisions would show it as the word None."""

    def get_comparison_class(self) -> type[FieldComparison]:
        return DayComparison


class ArticleForm(WagtailAdminPageForm):
    """Editors never see an article's slug: it is given when the article is first saved and then stays.

    What carries a secrecy mark (密级) is not stored at all, not even as a draft.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and not self.instance.body:
            self.initial |= self._to_begin_with()

    def _to_begin_with(self) -> dict[str, Any]:
        """What a new article offers: a place to write, the unit as its source, whoever writes as its editor."""
        place = {"type": "text", "value": "", "id": str(uuid.uuid4())}
        return {
            "body": self.fields["body"].block.to_python([place]),
            "source": self.parent_page.get_parent().specific.unit.name,
            "responsible_editor": str(self.for_user),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        body = cleaned.get("body")
        lines = [cleaned.get(name) or "" for name in self.instance.TEXT_FIELDS]
        text = "\n".join([*lines, plain_text(body) if body else ""])
        for finding in [*content_checks.stops(text), *(attachments.look_into(body).stops if body else [])]:
            self.add_error(None, finding.sentence)
        if body and not self._are_own_files(body):
            self.add_error(None, _("A picture or document belongs to another unit; choose one of your own."))
        if not self.instance.slug and not self.errors:
            self.instance.slug = give_address(timezone.localdate())
        return cleaned

    def _are_own_files(self, body: Any) -> bool:
        """Whoever edits may choose what came in; what the article has already, as of a copy, stays."""
        for kinds, policy in ((pictures_in, images), (documents_in, documents)):
            kept = {file.pk for file in kinds(self.instance.body)}
            come_in = [file for file in kinds(body) if file.pk not in kept]
            if not may_choose(self.for_user, come_in, among=policy):
                return False
        return True


class ColumnForm(WagtailAdminPageForm):
    """A column's rhythm may only be stricter than the rule of its class."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        problem = rhythm.problem_with(cleaned.get("column_class") or "", cleaned.get("rhythm_days"))
        if problem:
            self.add_error("rhythm_days", problem)
        return cleaned
