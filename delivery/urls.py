from django.urls import URLPattern, path

from delivery.api.by_hand import ResolveDelivery, ResumeChannel, TestMessage
from delivery.api.kill_switch import KillSwitch
from delivery.api.lists import Deliveries, OneDelivery, Recipients
from delivery.api.recipient_actions import RECIPIENT_ACTIONS
from delivery.api.recipients import AddRecipient, OneRecipient
from delivery.callbacks import views as callbacks

urlpatterns: list[URLPattern] = [
    path("webhooks/whatsapp", callbacks.whatsapp, name="webhook-whatsapp"),
    path("webhooks/telegram", callbacks.telegram, name="webhook-telegram"),
    path("api/admin/kill-switch", KillSwitch.as_view(), name="api-kill-switch"),
    path("api/admin/test-message", TestMessage.as_view(), name="api-test-message"),
    path(
        "api/admin/deliveries/<int:delivery_id>/resolve",
        ResolveDelivery.as_view(),
        name="api-resolve",
    ),
    path(
        "api/admin/channels/<slug:slug>/resume",
        ResumeChannel.as_view(),
        name="api-resume-channel",
    ),
    path("api/deliveries", Deliveries.as_view(), name="api-deliveries"),
    path("api/deliveries/<int:delivery_id>", OneDelivery.as_view(), name="api-delivery"),
    path("api/recipients", Recipients.as_view(), name="api-recipients"),
    path("api/admin/recipients", AddRecipient.as_view(), name="api-add-recipient"),
    path("api/admin/recipients/<int:recipient_id>", OneRecipient.as_view(), name="api-recipient"),
    *(
        path(
            f"api/admin/recipients/<int:recipient_id>/{what}",
            view.as_view(),
            name=f"api-recipient-{what}",
        )
        for what, view in RECIPIENT_ACTIONS.items()
    ),
]
