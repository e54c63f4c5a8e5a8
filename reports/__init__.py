"""Documents and exports: what a report says, how it is drawn, typeset and written to files.

Knows `rubrics`; knows neither Flask nor SQL.
"""
