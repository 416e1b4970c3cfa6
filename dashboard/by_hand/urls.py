from django.urls import path

from dashboard.by_hand import decisions, sends

urlpatterns = [
    path("push/last/", sends.push_last_view, name="push-last"),
    path("push/<int:signal_id>/", sends.push_view, name="push"),
    path("test-message/", sends.test_message_view, name="test-message"),
    path("messages/<int:message_id>/", sends.message_page, name="message"),
    path("live/messages/<int:message_id>/", sends.message_part, name="live-message"),
    path("deliveries/uncertain/", decisions.undecided_page, name="undecided"),
    path("deliveries/<int:delivery_id>/resolve/", decisions.resolve_view, name="resolve"),
]
