"""The operator's console: recipients can be edited, records only read, people decide by actions."""

from delivery.admin.channels import AlarmAdmin, ChannelStateAdmin
from delivery.admin.incoming import CallbackAdmin, ConsentAdmin, InboundAdmin, ProviderStatusAdmin
from delivery.admin.pauses import PauseAdmin
from delivery.admin.recipients import RecipientAdmin
from delivery.admin.records import AttemptAdmin, DeliveryAdmin, MessageAdmin, PostAdmin

__all__ = [
    "AlarmAdmin",
    "AttemptAdmin",
    "CallbackAdmin",
    "ChannelStateAdmin",
    "ConsentAdmin",
    "DeliveryAdmin",
    "InboundAdmin",
    "MessageAdmin",
    "PauseAdmin",
    "PostAdmin",
    "ProviderStatusAdmin",
    "RecipientAdmin",
]
