#!/bin/sh
# Downloads $source and copies it to $root/raw/ in the bucket.
set -eu
: "${source:?}" "${root:?}" "${project:?}" "${raw_uri:?}" "${rows:?}"

file=$(mktemp)
trap 'rm -f "$file"' EXIT

curl --fail --silent --show-error --location \
    --retry 3 --max-time 300 --output "$file" -- "$source"

lines=$(awk 'END { print NR }' "$file")
if [ "$lines" -lt 2 ]; then
    echo "no data rows in $source" >&2
    exit 1
fi

target="$root/raw/data.csv"
gcloud storage cp "$file" "$target" --project="$project"

printf '%s' "$target" > "$raw_uri"
printf '%d' "$((lines - 1))" > "$rows"
