"""Run the tests: `python3 scripts/test.py`.

The first run sets up `.venv`; arguments are passed on to pytest. Several processes share the tests, one file
each at a time: `-n 0` keeps them in one.
"""

import os
import sys

from python_version import check

check()

from download import ROOT  # noqa: E402  (only now that Python is known to be new enough)
from environment import in_environment  # noqa: E402

PROCESSES = min((os.cpu_count() or 1) + 1, 4)
"""One more than there are cores, as browsers and servers are waited for; each takes some gigabytes."""

SHARED = [f"--numprocesses={PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder"]
"""A file stays whole, for its tests share models, and the slow ones come first, so that no process has a long
file left when the others are done."""

THREADS = "OMP_NUM_THREADS"
"""One in each process, as the processes have all cores already."""

KEPT = "PYTHONDONTWRITEBYTECODE"
"""Without compiled files, each process and each program that a test starts would compile all of it again."""

if __name__ == "__main__":
    os.environ.pop(KEPT, None)
    os.environ.setdefault(THREADS, "1")
    sys.exit(in_environment(["base", "dev"], ["pytest", *SHARED, *sys.argv[1:]], cwd=ROOT))
