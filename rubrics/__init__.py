"""What is looked for, and how ratings become numbers. Pure: no web, no SQL, no files but the shipped library."""

from __future__ import annotations

import os

# The matrices are small: several threads of one calculation only wait for each other and take the processors from other requests. It must
# be said before numpy is loaded; whoever sets the variable keeps the say.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
