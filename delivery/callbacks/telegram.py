"""Telegram's updates, read (pure): what people wrote to the bot, who moved and who left."""

from typing import Any

from delivery.callbacks.incoming import (
    Gone,
    Item,
    Moved,
    Unreadable,
    Words,
    inner,
    loaded,
    text_of,
    time_of,
)

WRITTEN = ("message", "edited_message", "channel_post", "edited_channel_post")
LEFT = ("kicked", "left")  # in a private chat "kicked" means: blocked the bot


def read(body: str) -> list[Item]:
    """Everything the update says; raises Unreadable when it is none."""
    update = loaded(body)
    update_id = text_of(update, "update_id")
    if not update_id:
        raise Unreadable("no update_id")
    for name in WRITTEN:
        message = inner(update, name)
        if message:
            return _items(message, update_id)
    return _left(inner(update, "my_chat_member"))


def _items(message: dict[str, Any], update_id: str) -> list[Item]:
    chat = inner(message, "chat")
    chat_id, new_chat = text_of(chat, "id"), text_of(message, "migrate_to_chat_id")
    if not chat_id:
        return []
    if new_chat:
        return [Moved(address=chat_id, new_address=new_chat)]
    words = Words(
        provider_id=f"update:{update_id}",
        text=text_of(message, "text", most=1000),
        address=chat_id,
        alias=_alias(chat),
        name=_name(chat),
        at=time_of(message, "edit_date") or time_of(message, "date"),
        may_join=inner(message, "from").get("is_bot") is not True,
    )
    return [words]


def _left(change: dict[str, Any]) -> list[Item]:
    chat_id = text_of(inner(change, "chat"), "id")
    status = text_of(inner(change, "new_chat_member"), "status")
    if not chat_id or status not in LEFT:
        return []
    return [Gone(address=chat_id, reason="the bot was blocked or removed from the chat")]


def _alias(chat: dict[str, Any]) -> str:
    username = text_of(chat, "username")
    return f"@{username}" if username else ""


def _name(chat: dict[str, Any]) -> str:
    parts = (text_of(chat, "first_name", most=80), text_of(chat, "last_name", most=80))
    return text_of(chat, "title", most=80) or " ".join(filter(None, parts))[:80]
