"""A hiring round to look around in: invented people, half way through, made by the same services that the site uses."""
