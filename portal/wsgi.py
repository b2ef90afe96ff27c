"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads every view now, not with the first request
# What is loaded stays: to look through it for garbage again and again takes a fifth of the time of a large search.
gc.collect()
gc.freeze()
