#!/bin/sh
# Trains with the tuned hyper-parameters as a Vertex AI custom job.
set -eu
: "${table_uri:?}" "${trainer_package:?}" "${training_image:?}" "${root:?}"
: "${features:?}" "${label:?}" "${learning_rate:?}" "${max_depth:?}" "${subsample:?}"
: "${rounds:?}" "${machine:?}" "${project:?}" "${region:?}" "${job_name:?}"
: "${model_uri:?}" "${rmse:?}" "${metrics:?}"

target="$root/model"

# A retried step takes up the job that its first attempt has started.
job=$(gcloud ai custom-jobs list \
    --project="$project" --region="$region" \
    --filter="displayName=$job_name AND state:(JOB_STATE_QUEUED JOB_STATE_PENDING JOB_STATE_RUNNING JOB_STATE_SUCCEEDED)" \
    --limit=1 --format='value(name)')

if [ -z "$job" ]; then
    # `^|^` makes the bar the separator, because the feature list holds commas.
    job=$(gcloud ai custom-jobs create \
        --project="$project" \
        --region="$region" \
        --display-name="$job_name" \
        --python-package-uris="$trainer_package" \
        --worker-pool-spec="machine-type=$machine,replica-count=1,executor-image-uri=$training_image,python-module=trainer.task" \
        --args="^|^--data=$table_uri|--features=$features|--label=$label|--learning_rate=$learning_rate|--max_depth=$max_depth|--subsample=$subsample|--rounds=$rounds|--model-dir=$target" \
        --format='value(name)')
fi

while :; do
    state=$(gcloud ai custom-jobs describe "$job" \
        --project="$project" --region="$region" --format='value(state)')
    echo "$job: $state"
    case $state in
        JOB_STATE_SUCCEEDED) break ;;
        JOB_STATE_FAILED | JOB_STATE_CANCELLED | JOB_STATE_EXPIRED | JOB_STATE_PAUSED) exit 1 ;;
    esac
    sleep 30
done

gcloud storage cp "$target/rmse.txt" "$rmse" --project="$project"
gcloud storage cp "$target/metrics.json" "$metrics" --project="$project"
printf '%s' "$target" > "$model_uri"
