from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from dashboard.seed import ensure_admin, seed_desk


class Command(BaseCommand):
    help = "Add what a desk needs and has not: admin, roles, symbols, strategies, recipients."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        name = settings.ADMIN_USERNAME
        password = ensure_admin(name, password=settings.ADMIN_PASSWORD, now=now)
        if password:
            self.stdout.write(f"\n  Name      {name}\n  Password  {password}")
            self.stdout.write("  This password is shown once and stored nowhere: note it now.\n\n")
            self.stdout.flush()
        for fault in seed_desk(
            whatsapp_to=settings.WHATSAPP_TO, telegram_chats=settings.TELEGRAM_CHAT_ID, now=now
        ):
            self.stderr.write(fault)
