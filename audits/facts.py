"""Append-only rows: what was seen and what was judged is never edited and never deleted."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class FactChangedError(TypeError):
    """Code tried to change or delete a recorded fact."""


class FactQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise FactChangedError(f"{self.model.__name__} rows are facts: add a new one instead of changing old ones")

    def delete(self) -> NoReturn:
        raise FactChangedError(f"{self.model.__name__} rows are facts: they are never deleted")


class Fact(models.Model):
    """Base of append-only models."""

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FactChangedError(f"{type(self).__name__} {self.pk} is a fact: add a new row instead of changing it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FactChangedError(f"{type(self).__name__} {self.pk} is a fact: it is never deleted")
