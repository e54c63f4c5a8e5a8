"""Documents and exports: what a report says, how it is drawn, typeset and written to files.

Knows `rubrics`; knows neither Flask nor SQL.
"""

import rubrics  # noqa: F401  (says how numpy is to calculate, which must come before anything loads it)
