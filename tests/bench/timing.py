"""`python timing.py COMMAND...`: run it; the last line tells its seconds and most megabytes."""

import resource
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.perf_counter()
    result = subprocess.run(sys.argv[1:], check=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\n{seconds} {peak}")
    sys.exit(result.returncode)
