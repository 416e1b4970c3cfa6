"""What code reads beside its arguments, seen while it runs. For a process that ends afterwards."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

CLOCK = "the clock"
DICE = "dice"
DATABASE = "the database"
FILE = "a file"
NETWORK = "the network"
PROCESS = "another process"

QUIET = ("importlib", "llvmlite", "numba")  # may look at the clock, files and caches of their own
NAMES_OF_NOW = {"now", "today", "utcnow"}
IMPORTED = (".py", ".pyc", ".so")
ZONES = "zoneinfo"  # in the path of every file of a time zone: those are the calendar's
EVENTS = {  # audit events of Python, by the beginning of their names
    "socket.": NETWORK,
    "sqlite3.": DATABASE,
    "subprocess.": PROCESS,
    "os.exec": PROCESS,
    "os.fork": PROCESS,
    "os.posix_spawn": PROCESS,
    "os.system": PROCESS,
}


def read_beside(work: Callable[[], Any]) -> dict[str, str]:
    """What `work` read beside its arguments -> where, in the order it was first seen.

    Python's own hooks tell it; code in C that asks nobody is not seen, but for the names of "now"
    in the code that called it. The hook stays until the process ends.
    """
    found: dict[str, str] = {}
    watch = _Watch(found)
    sys.addaudithook(watch.audited)
    sys.setprofile(watch.profiled)
    try:
        work()
    finally:
        sys.setprofile(None)
        watch.is_over = True
    return found


class _Watch:
    """Notes what it is told of, until it is over."""

    def __init__(self, found: dict[str, str]) -> None:
        self.found, self.is_over = found, False
        self._known: set[CodeType] = set()

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python says of files, sockets and processes."""
        if self.is_over:
            return
        if event == "open" and _is_file(arguments[0]) and not _is_quiet(sys._getframe(1)):
            self._note(FILE, str(arguments[0]))
        for begins, what in EVENTS.items():
            if event.startswith(begins):
                self._note(what, event)

    def profiled(self, frame: FrameType, event: str, called: Any) -> None:
        """Each call: of a function in Python its frame, of one in C itself."""
        if event == "c_call" and not _is_quiet(frame):
            what = _of_function(called)
            if what:
                self._note(what, str(getattr(called, "__qualname__", called)))
        elif event == "call" and frame.f_code not in self._known:
            self._known.add(frame.f_code)
            self._of_code(frame)

    def _of_code(self, frame: FrameType) -> None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("django.db."):
            self._note(DATABASE, module)
        if not _is_library(frame.f_code) and _asks_for_now(frame.f_code):
            self._note(CLOCK, frame.f_code.co_qualname)

    def _note(self, what: str, where: str) -> None:
        self.found.setdefault(what, where)


def _of_function(called: Any) -> str | None:
    """What a function in C reads, by its module and name."""
    module, name = getattr(called, "__module__", None), getattr(called, "__qualname__", "")
    if module == "time" and name != "sleep":
        return CLOCK
    if name in ("datetime.now", "datetime.utcnow", "date.today"):
        return CLOCK
    is_dice = name.startswith("Random.") or (module, name) == ("posix", "urandom")
    return DICE if is_dice else None


def _asks_for_now(code: CodeType) -> bool:
    """Whether it asks for `now` by name, Timestamp.now(), or by a text, Timestamp("now").

    Those of pandas and numpy are in C and tell no hook.
    """
    texts = {each for each in code.co_consts if isinstance(each, str)}
    return bool(NAMES_OF_NOW & {*code.co_names, *texts})


def _is_library(code: CodeType) -> bool:
    return "site-packages" in code.co_filename or code.co_filename.startswith((sys.prefix, "<"))


def _is_quiet(frame: FrameType | None) -> bool:
    """Whether one of QUIET is at work here, or called what is."""
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(QUIET):
            return True
        frame = frame.f_back
    return False


def _is_file(path: Any) -> bool:
    """Whether it is a file that is neither code, which imports read, nor a time zone."""
    if not isinstance(path, str | bytes | Path):
        return False
    return not str(path).endswith(IMPORTED) and ZONES not in str(path)
