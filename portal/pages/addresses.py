"""Addresses of articles: /a/20261118-1234/, short and ASCII, because they stand in papers and are typed by hand."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.urls import reverse

#: First part of every article's address, below the portal's front page.
ARTICLES = "a"


class AddressCounter(models.Model):
    """How many addresses a civil day (Asia/Shanghai) has given out. A number is never given twice."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


@transaction.atomic
def give_address(day: dt.date) -> str:
    """The next free address of a civil day, e.g. "20261118-1234": the article's slug for as long as it lives."""
    AddressCounter.objects.get_or_create(day=day)
    counter = AddressCounter.objects.select_for_update().get(day=day)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{day:%Y%m%d}-{counter.last}"


def address_of(slug: str) -> str:
    """Where an article is read, wherever in the tree it stands."""
    return reverse("wagtail_serve", args=(f"{ARTICLES}/{slug}/",))
