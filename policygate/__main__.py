"""`python -m policygate` is the command `policygate`."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # `-m` looks in the current folder first: nothing of the repository that is judged is imported.
    if sys.path and os.path.realpath(sys.path[0]) == os.path.realpath(Path.cwd()):
        del sys.path[0]
    from policygate.cli import main

    main()
