"""Addresses beside the tree; at the root, since they stand in the masthead."""

from django.urls import path

from portal.pages.reading import views

app_name = "portal_reading"
urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("feeds/columns/<int:pk>.xml", views.ColumnFeed(), name="feed"),
    path("problem/<int:pk>/", views.problem, name="problem"),
    path("problems/", views.problems, name="problems"),
    path("browsers/", views.browsers, name="browsers"),
]
