"""``python -m sim.soundness``: the command ``soundness``, of all that comes with the program."""

import sys
from pathlib import Path

from sim.cli import main

if __name__ == "__main__":
    home = Path(__file__).resolve().parents[1] / "__main__.py"
    sys.argv[:1] = [str(home), "soundness"]
    main()
