"""Signing in to the portal, for everyone; the workbench is for those whose role gives it."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.urls import reverse


class SignInView(LoginView):
    template_name = "account/sign_in.html"

    def get_default_redirect_url(self) -> str:
        return reverse("wagtailadmin_home") if self.request.user.has_perm("wagtailadmin.access_admin") else "/"
