"""One module a part: its episodes, what is looked at, and the figures."""

from __future__ import annotations

from pkgutil import resolve_name

from ..plan import OF_PHOTOGRAPHS, PARTS, PHOTOGRAPHS, Plan
from .task import Task


def task_of(plan: Plan) -> Task:
    """The part that a plan names."""
    parts = OF_PHOTOGRAPHS if plan.world == PHOTOGRAPHS else PARTS
    task: Task = resolve_name(f"{__name__}.{parts[plan.part]}")(plan)
    return task
