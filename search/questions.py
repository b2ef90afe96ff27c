"""The log of questions: what was asked on a day, how often, how often in vain. Nobody's name, address or session."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.db.models import F, Max, QuerySet, Sum

from search.models import AskedQuestion, QuestionLogRules

#: Long numbers may be an identity card's or a phone's.
_LONG_NUMBER = re.compile(r"\d{7,}[\dxX]?")


def note(text: str, *, hits: int, day: dt.date) -> None:
    """Count a question on a civil day; what the office decides not to keep is not kept."""
    text = _LONG_NUMBER.sub("…", text.strip().lower())[:200]
    if not text or not QuestionLogRules.load().keeps_questions:
        return
    with transaction.atomic():
        asked, _created = AskedQuestion.objects.get_or_create(day=day, text=text)
        AskedQuestion.objects.filter(pk=asked.pk).update(
            times=F("times") + 1, times_without_hit=F("times_without_hit") + (0 if hits else 1)
        )


def counted() -> QuerySet:
    """Each question with text, asked, in_vain, found (times) and last_day; a filter on `day` narrows all."""
    asked, in_vain = Sum("times"), Sum("times_without_hit")
    rows = AskedQuestion.objects.values("text")
    return rows.annotate(asked=asked, in_vain=in_vain, found=asked - in_vain, last_day=Max("day"))


def forget_old(*, today: dt.date) -> int:
    """Drop what the office no longer lets be kept on a civil day; returns how many counts went."""
    rules = QuestionLogRules.load()
    rows = AskedQuestion.objects.all()
    if rules.keeps_questions:
        rows = rows.filter(day__lte=today - dt.timedelta(days=rules.days_kept))
    gone, _by_model = rows.delete()
    return gone
