"""Addresses of the network centre's pages about people, below /staff/."""

from django.urls import path

from portal.pages.staffing import views

app_name = "portal_staffing"
urlpatterns = [
    path("", views.people, name="people"),
    path("import/", views.import_accounts, name="import"),
    path("accounts/<int:pk>/one-time-password/", views.one_time_password, name="one_time_password"),
    path("memberships/<int:pk>/leave/", views.leave, name="leave"),
]
