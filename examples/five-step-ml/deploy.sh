#!/bin/sh
# Uploads the model to Vertex AI and deploys it to the endpoint called $name.
set -eu
: "${model_uri:?}" "${rmse:?}" "${max_rmse:?}" "${serving_image:?}" "${name:?}"
: "${version:?}" "${machine:?}" "${min_replicas:?}" "${max_replicas:?}"
: "${project:?}" "${region:?}" "${endpoint:?}"

if ! awk -v got="$rmse" -v limit="$max_rmse" 'BEGIN { exit !(got + 0 <= limit + 0) }'; then
    echo "RMSE $rmse is above $max_rmse: the model is not deployed" >&2
    exit 1
fi

# Each run uploads one model, so a retried step finds the model of its first attempt.
model=$(gcloud ai models list \
    --project="$project" --region="$region" \
    --filter="displayName=$name-$version" --limit=1 --format='value(name)')
if [ -z "$model" ]; then
    gcloud ai models upload \
        --project="$project" \
        --region="$region" \
        --display-name="$name-$version" \
        --container-image-uri="$serving_image" \
        --artifact-uri="$model_uri"
    model=$(gcloud ai models list \
        --project="$project" --region="$region" \
        --filter="displayName=$name-$version" --limit=1 --format='value(name)')
fi

find_endpoint() {
    gcloud ai endpoints list \
        --project="$project" --region="$region" \
        --filter="displayName=$name" --limit=1 --format='value(name)'
}

target=$(find_endpoint)
if [ -z "$target" ]; then
    gcloud ai endpoints create \
        --project="$project" --region="$region" --display-name="$name"
    target=$(find_endpoint)
fi

deployed=$(gcloud ai endpoints describe "$target" \
    --project="$project" --region="$region" \
    --flatten=deployedModels --format='value(deployedModels.displayName)')

# In a traffic split, 0 stands for the model that this command deploys.
if ! printf '%s\n' "$deployed" | grep -qxF -e "$name-$version"; then
    gcloud ai endpoints deploy-model "$target" \
        --project="$project" \
        --region="$region" \
        --model="${model##*/}" \
        --display-name="$name-$version" \
        --machine-type="$machine" \
        --min-replica-count="$min_replicas" \
        --max-replica-count="$max_replicas" \
        --traffic-split=0=100
fi

printf '%s' "$target" > "$endpoint"
