"""Django's mail settings as EMAIL_URL and EMAIL_FROM give them (pure)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from environ import Env

SMTP_BACKEND = "delivery.smtp.BoundedEmailBackend"
PORTS = {"smtp": 25, "smtps": 587, "smtp+tls": 587, "smtp+ssl": 465}


def mail_settings(url: str) -> dict[str, Any]:
    """The EMAIL_* settings `url` stands for, none for an empty one; raises ValueError."""
    if not url:
        return {}
    scheme = urlsplit(url).scheme
    if scheme not in Env.EMAIL_SCHEMES:
        raise ValueError(f"EMAIL_URL begins with {scheme!r}; choose from {', '.join(PORTS)}")
    found: dict[str, Any] = {
        name: value for name, value in Env.email_url_config(url).items() if value is not None
    }
    if scheme in PORTS:
        if not found.get("EMAIL_HOST"):
            raise ValueError("EMAIL_URL names no host: smtp+tls://user:password@host:587")
        found = {"EMAIL_PORT": PORTS[scheme], **found, "EMAIL_BACKEND": SMTP_BACKEND}
    return found


def default_sender(url: str, *, own_host: str) -> str:
    """The address mails come from: the user of `url` if it is one, else forexsignals@<own_host>."""
    user = unquote(urlsplit(url).username or "")
    if "@" in user:
        return user
    is_number = ":" in own_host or own_host.replace(".", "").isdigit()
    return f"forexsignals@{'localhost' if is_number else own_host}"
