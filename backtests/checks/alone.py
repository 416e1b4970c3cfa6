"""A strategy asked in a process of its own: whatever it keeps or changes there is gone with it."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Answer = TypeVar("Answer")
FORKED = multiprocessing.get_context("fork")  # it begins as this one is, nothing is imported anew


def alone(work: Callable[[], Answer]) -> Answer:
    """What `work` returns, or raises, in a copy of this process as it is now.

    Raises ChildProcessError when the copy dies over it.
    """
    receiver, sender = FORKED.Pipe(duplex=False)
    process = FORKED.Process(target=_answer, args=(work, sender))
    process.start()
    sender.close()
    try:
        is_error, answer = receiver.recv()
    except EOFError:
        process.join()
        raise ChildProcessError(f"its process ended with {process.exitcode}") from None
    process.join()
    if is_error:
        raise answer
    return answer  # type: ignore[no-any-return]


def _answer(work: Callable[[], Any], sender: Connection) -> None:
    try:
        sent = (False, work())
    except Exception as error:
        sent = (True, error)
    sender.send(sent)
