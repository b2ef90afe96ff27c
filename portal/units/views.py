"""Signing in to the portal and one's own account; the workbench is for those whose role gives it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.views import account


def first_page_of(user: Any) -> str:
    return reverse("wagtailadmin_home") if user.has_perm("wagtailadmin.access_admin") else "/"


class SignInView(LoginView):
    template_name = "account/sign_in.html"

    def get_default_redirect_url(self) -> str:
        return first_page_of(self.request.user)


class OwnPasswordForm(PasswordChangeForm):
    """Whoever handed a password over knows it, so the new one is another."""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("The new password is the old one; choose another."))
        return password


class ChangePasswordView(PasswordChangeView):
    template_name = "account/change_password.html"
    form_class = OwnPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        form.user.must_change_password = False  # saved with the password
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return first_page_of(self.request.user)


class AccountView(account.AccountView):
    """What a person sets for the own workbench. Names are the network centre's to keep, and no mail is sent."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        kept_elsewhere = (account.NameEmailSettingsPanel, account.NotificationsSettingsPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, kept_elsewhere)]
