"""The framework's own tests of a backend: its models and its app beside the portal's, in place of Wagtail's."""

import os
from pathlib import Path

from portal.settings.test import *  # noqa: F403 -- a settings module is its base plus what differs

# Wagtail gives the framework's app another name, under which the framework's tests do not find it.
INSTALLED_APPS = [
    *("modelsearch" if app == "wagtail.search" else app for app in INSTALLED_APPS),  # noqa: F405
    "modelsearch.test.testapp",
]
# Its migrations build on those of Wagtail's name.
INSTALLED_APPS.remove("wagtail.contrib.search_promotions")
MODELSEARCH_BACKENDS = {"default": {"BACKEND": os.environ["TESTED_BACKEND"]}}
FIXTURE_DIRS = [Path(__file__).parent / "fixtures"]
SEARCH_INDEX_DIR = Path(os.environ["TESTED_FOLDER"])
