"""`python -m neocloud_mc` and the `neocloud-mc` script."""

import sys

from neocloud_mc.cli import main

if __name__ == "__main__":
    sys.exit(main())
