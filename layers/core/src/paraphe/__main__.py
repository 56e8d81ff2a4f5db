"""`python -m paraphe …`."""

import sys

from paraphe.command.main import main

if __name__ == "__main__":
    sys.exit(main())
