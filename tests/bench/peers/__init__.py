"""What `make bench` measures the desk against, each a process in an environment of its own.

These scripts import nothing of the desk; they are sent work as lines of JSON (serving.py).
"""
