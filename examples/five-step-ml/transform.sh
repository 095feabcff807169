#!/bin/sh
# Runs the File_Format_Conversion flex template and waits for the job's end.
set -eu
: "${raw_uri:?}" "${root:?}" "${schema:?}" "${project:?}" "${region:?}" "${job_name:?}"
: "${template_version:?}" "${shards:?}" "${max_workers:?}" "${table_uri:?}" "${job_id:?}"

schema_uri="$root/schema/diamonds.avsc"
target="$root/table/"
gcloud storage cp "$schema" "$schema_uri" --project="$project"

# A retried step takes up the job that its first attempt has started.
id=$(gcloud dataflow jobs list \
    --project="$project" --region="$region" --status=active \
    --filter="name=$job_name" --limit=1 --format='value(id)')

if [ -z "$id" ]; then
    id=$(gcloud dataflow flex-template run "$job_name" \
        --project="$project" \
        --region="$region" \
        --template-file-gcs-location="gs://dataflow-templates-$region/$template_version/flex/File_Format_Conversion" \
        --staging-location="$root/staging" \
        --temp-location="$root/temp" \
        --max-workers="$max_workers" \
        --parameters="inputFileFormat=csv" \
        --parameters="outputFileFormat=parquet" \
        --parameters="inputFileSpec=$raw_uri" \
        --parameters="outputBucket=$target" \
        --parameters="schema=$schema_uri" \
        --parameters="containsHeaders=true" \
        --parameters="numShards=$shards" \
        --parameters="outputFilePrefix=part" \
        --format='value(job.id)')
fi

while :; do
    state=$(gcloud dataflow jobs describe "$id" \
        --project="$project" --region="$region" --format='value(currentState)')
    echo "dataflow job $id: $state"
    case $state in
        JOB_STATE_DONE) break ;;
        JOB_STATE_FAILED | JOB_STATE_CANCELLED | JOB_STATE_DRAINED | JOB_STATE_UPDATED) exit 1 ;;
    esac
    sleep 20
done

printf '%s' "$target" > "$table_uri"
printf '%s' "$id" > "$job_id"
