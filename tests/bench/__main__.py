"""`python -m tests.bench [WHAT] [OPTIONS]`: WHAT is a module here; without one, deliveries."""

import sys
from importlib import import_module

NAMES = ("deliveries", "latest", "pages", "stream")

if __name__ == "__main__":
    chosen = sys.argv[1] if sys.argv[1:2] and sys.argv[1] in NAMES else None
    arguments = sys.argv[2:] if chosen else sys.argv[1:]
    import_module(f"tests.bench.{chosen or NAMES[0]}").main(arguments)
