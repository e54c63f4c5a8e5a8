#!/bin/sh
# Run once by the PostgreSQL image, as its superuser: a database and a user that owns it and nothing else.
set -eu
# The password is read from the environment: arguments of a process can be seen by others.
psql --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
CREATE USER screening PASSWORD :'password';
CREATE DATABASE screening OWNER screening;
SQL
