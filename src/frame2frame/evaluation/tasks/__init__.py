"""One module a part: its episodes, what is looked at, and the figures."""

from __future__ import annotations

from importlib import import_module

from ..plan import PARTS, Plan
from ..task import Task


def task_of(plan: Plan) -> Task:
    """The part that a plan names."""
    module, _, name = PARTS[plan.part].partition(":")
    task: Task = getattr(import_module(f"{__name__}.{module}"), name)(plan)
    return task
