"""The log of questions: what was asked on a day, how often, how often in vain. Nobody's name, address or session."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import F, Max, QuerySet, Sum

from search.analysis import fold
from search.models import AskedQuestion, QuestionLogRules

#: What names or reaches a person, in groups of any size. Wider than `portal.pages.content_checks`, which asks for the
#: check digit: of a mistyped number nothing should be kept either. Years and days are kept.
_PERSONAL = re.compile(
    r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<!\d)(?:"
    r"(?!(?:19|20)\d\d[ -])(?:\d[ -]{0,3}){14,18}[\dx]"  # cards
    r"|1[3-9](?:[ -]{0,3}\d){9}"  # mobile phones
    r"|0\d{2,3}[ )-]{0,3}\d{3,4}[ -]{0,3}\d{4}"  # phones with their area code
    r"|\d{7,}x?"
    r")(?!\d)"
)


def note(text: str, *, hits: int, day: dt.date) -> None:
    """Count a question on a civil day; what the office decides not to keep is not kept."""
    text = without_personal(text.strip().lower())[:200]
    if not text or not QuestionLogRules.load().keeps_questions:
        return
    asked = AskedQuestion.objects.filter(day=day, text=text)
    once_more = {"times": F("times") + 1, "times_without_hit": F("times_without_hit") + (0 if hits else 1)}
    if not asked.update(**once_more):
        # Somebody else may be the first at the same moment.
        AskedQuestion.objects.bulk_create([AskedQuestion(day=day, text=text)], ignore_conflicts=True)
        asked.update(**once_more)


def without_personal(text: str) -> str:
    """The text with … for every number of a person and every e-mail address, however wide they are typed."""
    pieces, place = [], 0
    for found in _PERSONAL.finditer(fold(text)):
        pieces += [text[place : found.start()], "…"]
        place = found.end()
    return "".join([*pieces, text[place:]])


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
