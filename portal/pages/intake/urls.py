"""Addresses of what comes in files, below /intake/."""

from django.urls import path

from portal.pages.intake import views

app_name = "portal_intake"
urlpatterns = [
    path("columns/<int:column_pk>/document/", views.from_document, name="from_document"),
    path("columns/<int:column_pk>/import/", views.bulk, name="bulk"),
    path("imports/<int:pk>/", views.batch, name="batch"),
]
