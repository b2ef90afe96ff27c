"""What readers say is wrong with a page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.units.models import User


class PageProblem(models.Model):
    """Told by a reader, signed in or not; settled by the page's unit or the network centre."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    words = models.CharField(_("what is wrong"), max_length=500)
    contact = models.CharField(_("how to reach you"), max_length=60, blank=True)
    told_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("problem with a page")
