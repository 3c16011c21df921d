"""``python -m sim``: the command line, as ``entente`` is."""

from sim.cli import main

if __name__ == "__main__":
    main()
