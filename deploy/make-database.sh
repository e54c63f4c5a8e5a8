#!/bin/sh
# Makes the database and its two roles, as a superuser of the PostgreSQL server; see docs/deployment.md.
#
# `screening_owner` owns the database and its tables: migrations and whatever writes tables anew run as this one. `screening`, whom the server
# runs as, works with what is in them; to the record of events it may only add, and it can take away no trigger that keeps what is written.
#
# It may be run again: with new passwords, or where one user had everything so far. Run `screening migrate` as the owner then.
set -eu
: "${OWNER_PASSWORD:?the password of screening_owner}" "${APP_PASSWORD:?the password of screening}"
# Passwords are read from the environment: arguments of a process can be seen by others.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${PGUSER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv password APP_PASSWORD
SELECT 'CREATE ROLE screening_owner' WHERE to_regrole('screening_owner') IS NULL \gexec
SELECT 'CREATE ROLE screening' WHERE to_regrole('screening') IS NULL \gexec
ALTER ROLE screening_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE screening NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS LOGIN PASSWORD :'password';
SELECT 'CREATE DATABASE screening' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'screening') \gexec
ALTER DATABASE screening OWNER TO screening_owner;
REVOKE ALL ON DATABASE screening FROM PUBLIC;
GRANT CONNECT ON DATABASE screening TO screening;
\connect screening
REASSIGN OWNED BY screening TO screening_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, screening;
GRANT ALL ON SCHEMA public TO screening_owner;
GRANT USAGE ON SCHEMA public TO screening;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO screening;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO screening;
SELECT 'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON events FROM screening' WHERE to_regclass('public.events') IS NOT NULL \gexec
-- Tables that a migration or a restored backup brings; `screening migrate` and `restore` take back what goes too far.
ALTER DEFAULT PRIVILEGES FOR ROLE screening_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO screening;
ALTER DEFAULT PRIVILEGES FOR ROLE screening_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO screening;
-- What wakes the workers makes tables of its own: not where the others are. Whatever it held may be lost.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS screening_queue CASCADE;
CREATE SCHEMA screening_queue AUTHORIZATION screening;
SQL
