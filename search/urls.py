"""Addresses of the staff search."""

urlpatterns: list = []
