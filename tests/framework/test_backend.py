"""The framework's own tests; `tests/integration/search/test_framework.py` runs them in a process of their own."""

from django.conf import settings
from django.test import TestCase
from modelsearch.tests.test_backends import BackendTests, TestBackendLoader

__all__ = ["TestBackend", "TestBackendLoader"]


class TestBackend(BackendTests, TestCase):
    backend_path = settings.MODELSEARCH_BACKENDS["default"]["BACKEND"]
