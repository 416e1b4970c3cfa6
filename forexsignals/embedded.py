"""What the embedded default keeps under `var/`: generated secrets and the broker's socket."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

GENERATED = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY", "METRICS_TOKEN")
SOCKET_PATH_LIMIT = 100  # bytes; the kernel refuses unix socket paths over about 107


def generated_secrets(var_dir: Path, *, create: bool) -> dict[str, str]:
    """The secrets of this clone: made once where `create` says so, none before that."""
    path = var_dir / "secrets.env"
    if not path.exists():
        if not create:
            return {}
        _create_once(path, "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in GENERATED))
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def broker_socket(var_dir: Path) -> Path:
    """Where the embedded broker listens: in `var/`, or in `/tmp` when that path is too long.

    It depends on nothing but the folder, so that a second shell finds the same socket.
    """
    path = var_dir / "broker.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:16]
    return Path("/tmp") / f"forexsignals-{os.getuid()}-{name}.sock"  # noqa: S108


def _create_once(path: Path, text: str) -> None:
    """Write `text` to `path` unless another process did so first; nobody reads half a file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        draft.write(text)
    try:
        os.link(draft.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft.name)
