"""Pages beside the tree: directory, feed, a problem told and settled, browsers, and the page for when all fails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.syndication.views import Feed
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from portal.pages import queries as pages
from portal.pages import whom_to_call
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.reading import queries
from portal.pages.reading.models import PageProblem
from portal.units.session import own_units, signed_in

PEOPLE_PER_PAGE = 50
FEED_ENTRIES = 20
ADDRESS_LENGTH = 90
#: So many problems one address may tell in an hour.
PROBLEMS_AN_HOUR = 10


def directory(request: HttpRequest) -> HttpResponse:
    day = timezone.localdate()
    words = request.GET.get("q", "").replace("\0", "")[:60]
    pager = Paginator(queries.directory(request.user, words=words, day=day), PEOPLE_PER_PAGE)
    shown = pager.get_page(request.GET.get("page"))
    seen = queries.sees_phones_of(request.user, day)
    context = {
        "words": words,
        "list": shown,
        "entries": [queries.entry(membership, seen) for membership in shown],
        "numbers": pager.get_elided_page_range(shown.number),
        "all_open": seen is None,
    }
    return render(request, "reading/directory.html", context)


class ColumnFeed(Feed):
    """The newest articles of a column as Atom, as far as the reader may open them."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, pk: int) -> tuple[ColumnPage, HttpRequest]:
        column = pages.readable(ColumnPage.objects.filter(pk=pk), request=request).first()
        if column is None:
            raise Http404
        return column, request

    def title(self, of: tuple[ColumnPage, HttpRequest]) -> str:
        return f"{of[0].get_parent().title} · {of[0].title}"

    def link(self, of: tuple[ColumnPage, HttpRequest]) -> str:
        return str(of[0].get_url(of[1]))

    def feed_guid(self, of: tuple[ColumnPage, HttpRequest]) -> str:
        return str(of[0].get_full_url(of[1]))

    def items(self, of: tuple[ColumnPage, HttpRequest]) -> list[ArticlePage]:
        readable = pages.readable(ArticlePage.objects.child_of(of[0]), request=of[1])
        return list(readable.order_by("-first_published_at", "-pk")[:FEED_ENTRIES])

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.description)

    def item_link(self, item: Any) -> str:
        return str(item.get_url())

    def item_guid(self, item: Any) -> str:
        return f"urn:uuid:{item.uid}"

    def item_pubdate(self, item: Any) -> Any:
        return item.first_published_at

    def item_updateddate(self, item: Any) -> Any:
        return item.last_published_at or item.first_published_at


class ProblemForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What is wrong"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )
    contact = forms.CharField(label=gettext_lazy("How to reach you (optional)"), max_length=60, required=False)
    #: Nobody sees it; what fills it in is a program.
    website = forms.CharField(required=False, widget=forms.HiddenInput)
    #: Of a page beside the tree: it is told of the front page, with the address it was seen at.
    at = forms.CharField(required=False, max_length=ADDRESS_LENGTH, widget=forms.HiddenInput)

    def words_with_place(self) -> str:
        at = self.cleaned_data["at"]
        return f"{self.cleaned_data['words']}（{at}）" if at else str(self.cleaned_data["words"])


def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """A reader says what is wrong with a page; it reaches the page's unit and the network centre."""
    page = pages.readable(Page.objects.filter(pk=pk, depth__gt=1), request=request).first()
    if page is None:
        raise Http404
    form = ProblemForm(request.POST or None, initial={"at": request.GET.get("at", "")[:ADDRESS_LENGTH]})
    if request.method == "POST" and form.is_valid():
        key = f"problems:{request.META.get('REMOTE_ADDR', '')}"
        cache.add(key, 0, 3600)
        if form.cleaned_data["website"] or cache.incr(key) > PROBLEMS_AN_HOUR:
            form.add_error(None, _("Too many at once. Call the network centre."))
        else:
            PageProblem.objects.create(
                page=page,
                words=form.words_with_place(),
                contact=form.cleaned_data["contact"],
                told_by=request.user if request.user.is_authenticated else None,
                told_at=timezone.now(),
            )
            return render(request, "reading/problem_told.html", {"about": page})
    return render(request, "reading/problem.html", {"about": page, "form": form})


@login_required(login_url="sign_in")
def problems(request: HttpRequest) -> HttpResponse:
    """What readers told about the own unit's pages, what is open first."""
    user = signed_in(request)
    if not user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    rows = queries.problems_for(user, own_units(request))
    if request.method == "POST":
        asked = request.POST.get("problem", "")
        told = get_object_or_404(rows.filter(settled_at__isnull=True), pk=int(asked) if asked.isdecimal() else 0)
        told.settled_by, told.settled_at = user, timezone.now()
        told.answer = request.POST.get("answer", "").strip()[:300]
        told.save(update_fields=["settled_by", "settled_at", "answer"])
        messages.success(request, _("Settled."))
        return redirect("portal_reading:problems")
    context = {"open": rows.filter(settled_at__isnull=True), "settled": rows.filter(settled_at__isnull=False)[:50]}
    return render(request, "reading/problems.html", context)


def browsers(request: HttpRequest) -> HttpResponse:
    """How to leave IE mode; made of nothing that an old browser does not know."""
    return render(request, "reading/browsers.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Asks for no site: the host's name may be what is wrong."""
    return render(request, "400.html", {"phone": whom_to_call.phone()}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither database nor cache: they may be what is broken."""
    return render(request, "500.html", {"phone": whom_to_call.phone()}, status=500)
