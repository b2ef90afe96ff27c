"""The log of questions: what was asked on a day, how often, how often in vain. Nobody's name, address or session."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Sum

from search.models import AskedQuestion

#: Long numbers may be an identity card's or a phone's.
_LONG_NUMBER = re.compile(r"\d{7,}[\dxX]?")


def note(text: str, *, hits: int, day: dt.date) -> None:
    """Count a question on a civil day; what the office decides not to keep is not kept."""
    text = _LONG_NUMBER.sub("…", text.strip().lower())[:200]
    if not settings.SEARCH_KEEPS_QUESTIONS or not text:
        return
    with transaction.atomic():
        asked, _created = AskedQuestion.objects.get_or_create(day=day, text=text)
        AskedQuestion.objects.filter(pk=asked.pk).update(
            times=F("times") + 1, times_without_hit=F("times_without_hit") + (0 if hits else 1)
        )


def top(*, since: dt.date, until: dt.date) -> QuerySet:
    """Questions of a stretch of days, the commonest first: text, asked, in_vain."""
    asked = AskedQuestion.objects.filter(day__range=(since, until)).values("text")
    return asked.annotate(asked=Sum("times"), in_vain=Sum("times_without_hit")).order_by("-asked", "text")


def without_hit(*, since: dt.date, until: dt.date) -> QuerySet:
    """Questions of a stretch of days that found nothing, the commonest first."""
    return top(since=since, until=until).filter(in_vain__gt=0).order_by("-in_vain", "text")
