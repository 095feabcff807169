#!/bin/sh
# Exports orders as CSV; psql quotes the values itself, so none becomes SQL text.
set -eu
: "${mode:?}" "${lookback:?}" "${orders:?}" "${exported:?}"

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --set=mode="$mode" --set=lookback="$lookback" > "$orders" <<'SQL'
COPY (
    SELECT id, customer_id, amount, currency, created_at
    FROM orders
    WHERE :'mode' = 'full' OR updated_at >= now() - CAST(:'lookback' AS interval)
    ORDER BY id
) TO STDOUT WITH (FORMAT csv, HEADER);
SQL

# Every line but the header is an order: no exported column can hold a line break.
awk 'END { printf "%d", NR - 1 }' "$orders" > "$exported"
