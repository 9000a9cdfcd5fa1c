"""Check the code: `python3 scripts/check.py [format | lint | types | imports …]`, all four by default.

The first run sets up `.venv`. The exit code is 0 only if every check passes.
"""

import sys

from python_version import check

check()

from download import ROOT  # noqa: E402  (only now that Python is known to be new enough)
from environment import in_environment  # noqa: E402

CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet"],
    "lint": ["ruff", "check", "--quiet"],
    "types": ["mypy", "--no-error-summary", "--num-workers=2"],
    "imports": ["lint-imports", "--no-logo"],
}


def main(names: list[str]) -> int:
    """Run the checks of these names and say which failed. Exit code 0, 1 if one failed, 2 for a bad name."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"Error: unknown check; got {', '.join(unknown)}; use {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = [name for name in names or CHECKS if in_environment(["base", "dev"], CHECKS[name], cwd=ROOT)]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
