"""`python -m paraphe verify …`."""

import sys

from paraphe.verify_cli import main

if __name__ == "__main__":
    sys.exit(main())
