"""Nobody goes on with a password that somebody else knows."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

#: What is open before the password was changed: the form, signing out, and what pages are made of.
OPEN = ("/static/", "/sign-out/", "/sign-in/")


class ChangePasswordFirst:
    """Leads an account with a handed-over password to the form that changes it, whatever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password:
            form = reverse("change_password")
            if request.path != form and not request.path.startswith(OPEN):
                return redirect(form)
        return self.get_response(request)
