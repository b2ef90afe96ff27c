"""Addresses of an approval, below /approval/."""

from django.urls import path

from portal.pages.approval import views

app_name = "portal_approval"
urlpatterns = [
    path("", views.waiting, name="list"),
    path("deputies/", views.deputies, name="deputies"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/in-an-emergency/", views.emergency, name="emergency"),
    path("<int:pk>/photo/<int:state_pk>/", views.photo, name="photo"),
    path("<int:pk>/<slug:name>/", views.act, name="act"),
]
