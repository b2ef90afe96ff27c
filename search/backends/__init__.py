"""Backends of Wagtail's search framework: one analysis, several engines."""
