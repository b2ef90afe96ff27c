"""Tests that Wagtail's search framework ships for backends, run over ours."""
