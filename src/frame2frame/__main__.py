"""`python -m frame2frame` is `f2f`."""

from .cli import main

main()
