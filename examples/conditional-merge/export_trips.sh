#!/bin/sh
# Exports trips as CSV; psql quotes the value itself, so that it never becomes SQL text.
set -eu
: "${days:?}" "${trips:?}" "${rows:?}"

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=days="$days" > "$trips" <<'SQL'
COPY (
    SELECT distance, fare
    FROM trips
    WHERE dropoff >= now() - make_interval(days => CAST(:'days' AS int))
    ORDER BY id
) TO STDOUT WITH (FORMAT csv, HEADER);
SQL

awk 'END { printf "%d", NR - 1 }' "$trips" > "$rows"
