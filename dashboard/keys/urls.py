from django.urls import path

from dashboard.keys import tokens, views

urlpatterns = [
    path("keys/", views.keys_page, name="keys"),
    path("keys/new/", views.new_key_view, name="new-key"),
    path("keys/<slug:prefix>/revoke/", views.revoke_key_view, name="revoke-key"),
    path("keys/tokens/<int:token_id>/revoke/", tokens.revoke_token_view, name="revoke-token"),
    path("keys/people/<int:user_id>/revoke/", tokens.revoke_tokens_view, name="revoke-tokens"),
]
