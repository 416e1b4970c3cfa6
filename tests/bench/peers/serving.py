"""One process that is sent work, a line of JSON each, and answers each with a line of JSON."""

import json
import resource
import sys
import time


def serve(**works):
    """Answer until there is no more to do. A work is a function of the line's other values; what
    it returns is sent back, with the most memory this process ever held.
    """
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is not an answer
    for line in sys.stdin:
        asked = json.loads(line)
        answer = works[asked.pop("do")](**asked)
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), file=answers, flush=True)


def timed(work, *arguments):
    """(seconds it took, what it returned)."""
    began = time.perf_counter()
    found = work(*arguments)
    return time.perf_counter() - began, found
