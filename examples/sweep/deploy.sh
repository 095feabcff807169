#!/bin/sh
# Uploads the model under a new version, and makes that the one which is served.
set -eu
: "${model:?}" "${name:?}" "${version:?}" "${STORE:?}" "${STORE_TOKEN:?}"

send() {
    printf 'Authorization: Bearer %s\n' "$STORE_TOKEN" |
        curl --fail --silent --show-error --retry 3 --header @- "$@"
}

send --upload-file "$model" "$STORE/$name/$version.json"
send --request PUT --data-binary "$version" "$STORE/$name/current"
