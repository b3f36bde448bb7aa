"""Run the `tiering` command as `python -m tiering`."""

from tiering.cli import main

main()
