"""A county's server; a missing secret stops the start rather than being made up."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs

if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: put a long random text into .env")
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "portal.pages.storage.Static"}}
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
