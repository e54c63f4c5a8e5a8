#!/bin/sh
# Run once by the PostgreSQL image, as its superuser: a database and a user that owns it and nothing else.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE USER screening PASSWORD :'password';
CREATE DATABASE screening OWNER screening;
SQL
