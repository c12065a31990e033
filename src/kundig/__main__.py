"""`python -m kundig COMMAND`, as `./kundig` calls it."""

import sys

from kundig.web.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
