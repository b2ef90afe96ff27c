"""One person's machine: the demo, `make serve`, and trying things out."""

from portal.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs

DEBUG = True
SECRET_KEY = SECRET_KEY or "only-for-this-machine"
