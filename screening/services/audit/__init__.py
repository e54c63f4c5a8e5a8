"""Looking after the record of events: whether it is whole, who was refused what, and reading it."""
