"""A rotating log file that several processes may write at once."""

import fcntl
import os
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any


class SharedRotatingFileHandler(RotatingFileHandler):
    """Rotates once however many processes hold the file, and follows another's rotation.

    The standard handler, shared by web workers, would rotate once per process and push the
    older files out.
    """

    stream: Any  # never None: the file is opened at once

    def __init__(self, filename: str, **options: Any) -> None:
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(filename, **options)

    def emit(self, record: LogRecord) -> None:
        if self._was_moved():
            self._reopen()
        super().emit(record)

    def doRollover(self) -> None:
        with open(f"{self.baseFilename}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._was_moved():
                self._reopen()
            else:
                super().doRollover()

    def _was_moved(self) -> bool:
        try:
            return os.stat(self.baseFilename).st_ino != os.fstat(self.stream.fileno()).st_ino
        except FileNotFoundError:
            return True

    def _reopen(self) -> None:
        self.stream.close()
        self.stream = self._open()
