"""`python -m frame2frame` is `f2f`."""

from .cli.main import main

main()
