"""Other processes that share the work of the CPU: as many as there are cores, each with one thread."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What keeps NumPy to one, when it loads."""

COUNT = os.cpu_count() or 1


def pool() -> ProcessPoolExecutor:
    """Started anew, not forked from a program that holds a GPU."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    return ProcessPoolExecutor(COUNT, get_context("spawn"), torch.set_num_threads, (1,))
