"""The results page."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from search import queries, tasks
from search.errors import IndexUnavailable
from search.forms import SearchForm
from search.parsing import MAX_CHARACTERS, MAX_TERMS, parse


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Answer a question; whatever is typed, there is a page that says what happened."""
    started = time.perf_counter()
    # No text that anybody can mean holds a NUL, and PostgreSQL refuses it.
    asked = {name: str(value).replace("\0", " ") for name, value in request.GET.items()}
    form = SearchForm(asked, request=request)
    question = parse(asked.get("q", ""))
    found = None
    unavailable = False
    if form.is_valid() and question:
        try:
            found = queries.search(
                question,
                request=request,
                filters=form.filters(),
                order=form.cleaned_data["order"] or queries.Order.RELEVANCE,
                page=asked.get("page"),
            )
        except IndexUnavailable:
            unavailable = True
            tasks.queue_rebuild()
    context = {
        "query": question.text,
        "question": question,
        "form": form,
        "narrowed": any(asked.get(name) for name in form.narrowing),
        "longest": MAX_CHARACTERS,
        "most": MAX_TERMS,
        "results": found,
        "page_numbers": found.page.paginator.get_elided_page_range(found.page.number) if found else None,
        "unavailable": unavailable,
        "seconds": time.perf_counter() - started,
    }
    return render(request, "search/results.html", context)
