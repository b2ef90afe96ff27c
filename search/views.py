"""The results page, and what completes a question while it is typed."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.contrib.search_promotions.models import Query
from wagtail.models import Page

from portal.pages.queries import readable
from portal.prepared import prepared
from portal.units.models import Unit
from portal.units.queries import units_of
from search import corrections, directory, lexicon, queries, questions, reach, suggestions, tasks
from search.errors import IndexUnavailable
from search.forms import SearchForm
from search.parsing import MAX_CHARACTERS, MAX_PHRASES, MAX_TERMS, Question, parse


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Answer a question; whatever is typed, there is a page that says what happened."""
    started = time.perf_counter()
    asked = _asked(request)
    lexicon.refresh()
    sections = reach.sections_to_choose(request=request)
    form = SearchForm(asked, sections=sections)
    question = parse(asked.get("q", ""))
    if question.was_cut:
        # Two dozen links of the page carry the question along: as it was taken, not its ten thousand characters.
        shortened = request.GET.copy()
        shortened["q"] = question.text
        request.GET = shortened  # type: ignore[assignment] # the stubs want it immutable
        request.META["QUERY_STRING"] = shortened.urlencode()
    context: dict[str, Any] = {
        "query": question.text,
        "question": question,
        "form": form,
        "longest": MAX_CHARACTERS,
        "most": MAX_TERMS,
        "most_phrases": MAX_PHRASES,
        "today": timezone.localdate(),
    }
    if form.is_valid() and question:
        try:
            context |= _answer(question, request=request, form=form, page=asked.get("page"), sections=sections)
        except IndexUnavailable:
            context["unavailable"] = True
            tasks.queue_rebuild()
    return render(request, "search/results.html", {**context, "seconds": time.perf_counter() - started})


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Titles, units and people that continue what is being typed; only what the reader may read."""
    try:
        found = suggestions.complete(_asked(request).get("q", ""), request=request)
    except IndexUnavailable:
        found = []
        tasks.queue_rebuild()
    return JsonResponse({"suggestions": found})


def _asked(request: HttpRequest) -> dict[str, str]:
    # No text that anybody can mean holds a NUL, and PostgreSQL refuses it.
    return {name: str(value).replace("\0", " ") for name, value in request.GET.items()}


def _answer(
    question: Question, *, request: HttpRequest, form: SearchForm, page: str | None, sections: list[reach.Section]
) -> dict[str, Any]:
    filters = form.filters()
    order = form.cleaned_data["order"] or queries.Order.RELEVANCE
    found = queries.search(question, request=request, filters=filters, order=order, page=page)
    is_first = found.page.number == 1
    context: dict[str, Any] = {
        "results": found,
        "narrowed": bool(filters),
        "order": order,
        "page_numbers": found.page.paginator.get_elided_page_range(found.page.number),
    }
    if is_first and not filters:
        questions.note(question.text, hits=found.total, day=timezone.localdate())
        context["units"] = directory.units(question, request=request, sections=sections)
        context["people"] = directory.people(question, request=request, today=timezone.localdate())
        context["promoted"] = _promoted(question, request=request)
    if not found.total:
        chosen = [section.unit_id for section in sections if section.unit_code == filters.unit]
        context["chosen_unit"] = Unit.objects.filter(pk__in=chosen).first()
        context["own_unit"] = units_of(request.user, timezone.localdate()).first()
    if not found.total and not filters:
        context["suggestion"] = corrections.suggest(question.text, request=request)
    return context


def _promoted(question: Question, *, request: HttpRequest) -> list[Any]:
    """What the office puts above the results for exactly this question, as far as the reader may read it."""
    query = next(iter(_queries(text=question.text.lower())), None)
    if not query:
        return []
    picks = list(query.editors_picks.select_related("page"))
    open_pages = set(
        readable(Page.objects.filter(pk__in=[pick.page_id for pick in picks]), request=request).values_list(
            "pk", flat=True
        )
    )
    return [pick for pick in picks if not pick.page_id or pick.page_id in open_pages]


@prepared
def _queries(text: Any) -> QuerySet[Query]:
    return Query.objects.filter(query_string=text)
