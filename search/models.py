"""What the search keeps in the database."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelsearch.index import AutocompleteField, FilterField, Indexed, SearchField
from modelsearch.queryset import SearchableQuerySetMixin
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from portal.pages.enums import ColumnClass
from portal.units.models import Unit
from search import days


class IndexChangeQuerySet(models.QuerySet["IndexChange"]):
    def waiting(self) -> IndexChangeQuerySet:
        """Not in the index yet, the oldest first."""
        return self.filter(done_at__isnull=True).order_by("pk")

    def since(self, moment: dt.datetime) -> IndexChangeQuerySet:
        """Waiting, or brought to the index from a moment (aware) on."""
        return self.filter(Q(done_at__isnull=True) | Q(done_at__gte=moment))

    def closing(self) -> IndexChangeQuerySet:
        """Until these are in the index, it may hold words that not everybody may read by now."""
        return self.waiting().filter(is_closing=True)


class IndexChange(models.Model):
    """An object that has to be looked at again: written with the change, done when the index holds it."""

    model = models.CharField(_("kind"), max_length=100, help_text=_("Label of the topmost model."))
    object_pk = models.CharField(_("key"), max_length=64)
    noted_at = models.DateTimeField(_("changed at"), auto_now_add=True)
    done_at = models.DateTimeField(_("findable since"), null=True, blank=True)
    #: Noted because what an attachment says was closed or opened, or while that was.
    is_closing = models.BooleanField(default=False, editable=False)

    objects = IndexChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change for the index")
        verbose_name_plural = _("changes for the index")
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="index_change_waiting"),
            models.Index(fields=["done_at"], name="index_change_done"),
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_pk}"

    @property
    def lag(self) -> dt.timedelta | None:
        """From the change until it was findable."""
        return self.done_at - self.noted_at if self.done_at else None


class LeftOut(models.Model):
    """An object that cannot be indexed, so nobody finds it: gone as soon as it can be, or is no more."""

    key = models.CharField(_("key"), max_length=170, unique=True, help_text=_("Label of the topmost model, and key."))
    reason = models.CharField(_("What was wrong"), max_length=300)
    since = models.DateTimeField(_("not found since"), auto_now_add=True)

    class Meta:
        verbose_name = _("object that cannot be indexed")
        verbose_name_plural = _("objects that cannot be indexed")

    def __str__(self) -> str:
        return self.key


class DictionaryWord(models.Model):
    """A word that is never cut: a unit, a place, a term of the county."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("Unit")
        PLACE = "place", _("Place")
        TERM = "term", _("Term")

    text = models.CharField(_("word"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TERM)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        # Imported late: the analysis is built on this table.
        from search.analysis import runs  # noqa: PLC0415

        if [is_han for _, is_han in runs(self.text)] != [True] or len(self.text.strip()) < 2:
            raise ValidationError({"text": _("At least two Chinese characters, and nothing else.")})
        self.text = self.text.strip()


class Synonyms(models.Model):
    """Words that mean the same: who asks for one finds the others too."""

    text = models.CharField(
        _("words"), max_length=200, unique=True, help_text=_("Separated by commas, for example: 低保，最低生活保障")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("synonyms of the search")
        verbose_name_plural = _("synonyms of the search")

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> list[str]:
        return [word.strip() for word in re.split("[,，、;；]", self.text) if word.strip()]

    def clean(self) -> None:
        if len(self.words) < 2:
            raise ValidationError({"text": _("Write at least two words, separated by commas.")})


class TitleWord(models.Model):
    """A word of a publicly readable title or of a name, with its pinyin: what typing errors are compared to.

    Written by the queue. Before a word is shown to anyone, it is looked up again in what everybody may read.
    """

    text = models.CharField(_("word"), max_length=40, unique=True)
    #: A syllable for each character, with spaces between.
    syllables = models.CharField(max_length=200, db_index=True)
    #: The syllables as they are typed, without spaces.
    typed = models.CharField(max_length=200, db_index=True)
    size = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("word of titles")
        verbose_name_plural = _("words of titles")

    def __str__(self) -> str:
        return self.text


class AskedQuestion(models.Model):
    """What was asked on a civil day (Asia/Shanghai), how often, and how often in vain; never by whom."""

    day = models.DateField(_("day"))
    text = models.CharField(_("question"), max_length=200)
    times = models.PositiveIntegerField(_("times asked"), default=0)
    times_without_hit = models.PositiveIntegerField(_("times without a hit"), default=0)

    class Meta:
        verbose_name = _("question asked")
        verbose_name_plural = _("questions asked")
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="asked_question_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"


@register_setting(icon="help", order=310)
class QuestionLogRules(BaseGenericSetting):
    """What the county office lets the search keep of questions. `search.questions` masks numbers of persons anyway."""

    keeps_questions = models.BooleanField(
        _("count questions"), default=True, help_text=_("Off: nothing more is kept, and what was kept goes overnight.")
    )
    days_kept = models.PositiveSmallIntegerField(
        _("days kept"), default=180, validators=[MinValueValidator(1)], help_text=_("Older counts go overnight.")
    )

    class Meta:
        verbose_name = _("rules for the log of questions")


class OutsideTitleQuerySet(SearchableQuerySetMixin, models.QuerySet["OutsideTitle"]):
    pass


class OutsideTitle(Indexed, models.Model):
    """A title with its link and date, as the crawler read it in a column of a registered outside site.

    Written by `search.outside` alone.
    """

    url = models.URLField(_("address"), max_length=1000, unique=True)
    title = models.CharField(_("title"), max_length=300)
    day = models.DateField(_("day"), null=True, blank=True)
    site = models.CharField(_("site"), max_length=120)
    column = models.CharField(_("column"), max_length=120)
    #: The column's lasting identity: its name may change.
    column_uuid = models.UUIDField(db_index=True, editable=False)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    column_class = models.CharField(_("column class"), max_length=30, choices=ColumnClass.choices, blank=True)

    objects = OutsideTitleQuerySet.as_manager()
    search_fields = [
        SearchField("title", boost=2),
        SearchField("site", boost=0.5),
        SearchField("column", boost=0.5),
        SearchField("written_days", boost=0.5),
        AutocompleteField("title"),
        FilterField("day"),
        FilterField("unit"),
    ]

    class Meta:
        verbose_name = _("title of an outside site")
        verbose_name_plural = _("titles of outside sites")

    def __str__(self) -> str:
        return self.title

    @property
    def written_days(self) -> str:
        """Its day as readers may write it."""
        return days.text_of(self.day) if self.day else ""


class AttachmentText(models.Model):
    """What is written in a document that editors uploaded."""

    class State(models.TextChoices):
        READ = "read", _("Read")
        PARTLY = "partly", _("Read in part")
        SCAN = "scan", _("Scan without text")
        REFUSED = "refused", _("Could not be read")

    document = models.OneToOneField(
        settings.WAGTAILDOCS_DOCUMENT_MODEL, on_delete=models.CASCADE, related_name="search_text"
    )
    #: Of the file that was read: an exchanged file is read again.
    file_name = models.CharField(max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    text = models.TextField(_("text"), blank=True)
    #: Why it could not be read, or what of it.
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    #: Whether everybody might read its collection when what shows it was last looked at.
    is_open = models.BooleanField(default=True)
    read_at = models.DateTimeField(_("read at"), auto_now=True)

    class Meta:
        verbose_name = _("text of an attachment")
        verbose_name_plural = _("texts of attachments")
        # Asked at each question; the texts are long, and their rows need not be read for it.
        indexes = [models.Index(fields=["document"], condition=Q(is_open=True), name="attachment_text_open")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.get_state_display()}"
