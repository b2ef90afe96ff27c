"""Addresses of requests and submissions, below /requests/."""

from django.urls import path

from portal.pages.requests import views

app_name = "portal_requests"
urlpatterns = [
    path("columns/", views.columns, name="columns"),
    path("columns/<int:pk>/decide/", views.decide, name="decide"),
    path("submissions/", views.submissions, name="submissions"),
    path("submissions/<int:pk>/<slug:name>/", views.take, name="take"),
    path("articles/<int:pk>/offer/", views.offer, name="offer"),
]
