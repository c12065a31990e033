"""Signing in and out, and passwords. The names are allauth's, whose flows lead from one to the other."""

from django.urls import path, re_path

from kundig.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", views.second_factor, name="mfa_authenticate"),
    path("sign-in/passkey/options/", views.passkey_options, name="passkey_options"),
    path("sign-in/passkey/", views.passkey_sign_in, name="passkey_sign_in"),
    path("sign-in/with/<uuid:provider_id>/", views.begin, name="provider_begin"),
    path("sign-in/with/<uuid:provider_id>/back/", views.back, name="provider_back"),
    path("sign-in/with/<uuid:provider_id>/answer/", views.answer, name="provider_answer"),
    path("sign-in/with/<uuid:provider_id>/metadata/", views.metadata, name="provider_metadata"),
    path("sign-in/with/<uuid:provider_id>/leave/", views.leave, name="provider_leave"),
    path("sign-in/with/<uuid:provider_id>/leaving/", views.leaving, name="provider_leaving"),
    path("sign-in/link/<str:uidb36>/<str:key>/", views.entry_link, name="entry_link"),
    path("confirm/", views.confirm, name="account_reauthenticate"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("password/forgotten/", views.forgotten, name="account_reset_password"),
    path("password/forgotten/sent/", views.forgotten_sent, name="account_reset_password_done"),
    re_path(
        r"^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("settings/password/", views.OwnPassword.as_view(), name="account_change_password"),
]
