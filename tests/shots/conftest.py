"""Browser and server of the functional tests."""

from tests.functional.conftest import _real_database, browser, page_at, sign_in

__all__ = ["_real_database", "browser", "page_at", "sign_in"]
