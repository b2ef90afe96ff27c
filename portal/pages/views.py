"""Views besides the pages themselves."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def picture(request: HttpRequest, folder: str, path: str) -> HttpResponseBase:
    """A picture from the uploads. Documents have no address here: Wagtail's own view asks for permission."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT / folder))
