// Judges YAML by types that were generated from Argo v4's Go types (@kubernetes-models/argo-workflows):
// its validators for the type of every value, and the TypeScript compiler for fields that do not exist.
// Usage: node judge.mjs FILE...   Exit status: 0 no problem, 1 problems, 2 wrong usage.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const ARGO = "@kubernetes-models/argo-workflows/argoproj.io/v1alpha1";
const KINDS = {
  "argoproj.io/v1alpha1/Workflow": [`${ARGO}/Workflow`, "Workflow"],
  "argoproj.io/v1alpha1/WorkflowTemplate": [`${ARGO}/WorkflowTemplate`, "WorkflowTemplate"],
  "argoproj.io/v1alpha1/ClusterWorkflowTemplate": [`${ARGO}/ClusterWorkflowTemplate`, "ClusterWorkflowTemplate"],
  "argoproj.io/v1alpha1/CronWorkflow": [`${ARGO}/CronWorkflow`, "CronWorkflow"],
  "v1/ConfigMap": ["kubernetes-models/v1/ConfigMap", "ConfigMap"],
};

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node judge.mjs FILE...");
  process.exit(2);
}

const problems = [];
const lines = [];
let documents = 0;
for (const file of files) {
  // kubectl reads YAML 1.1, and so does this.
  for (const [index, document] of parseAllDocuments(readFileSync(file, "utf8"), { version: "1.1" }).entries()) {
    documents += 1;
    const place = `${file}:doc#${index + 1}`;
    for (const error of document.errors) problems.push(`${place}: yaml: ${error.message}`);
    const data = document.toJS();
    const kind = KINDS[`${data?.apiVersion}/${data?.kind}`];
    if (!kind) {
      problems.push(`${place}: there is no judge for ${data?.apiVersion} ${data?.kind}`);
      continue;
    }
    const [path, name] = kind;
    const model = (await import(path))[name];
    try {
      new model(complete(data)).validate();
    } catch (error) {
      problems.push(`${place}: types: ${error.message}`);
    }
    // An object that is written out may have no field that its type does not have.
    const text = JSON.stringify(complete(data));
    lines.push({ place, text: `export const d${lines.length}: import("${path}").I${name} = ${text};` });
  }
}

/** Adds what the generated types ask for and Argo does not: the names that it gives containers itself. */
function complete(data) {
  const spec = data.spec?.workflowSpec ?? data.spec ?? {};
  for (const template of spec.templates ?? []) {
    for (const container of [template.container, template.script]) if (container) container.name ??= "main";
  }
  for (const claim of spec.volumeClaimTemplates ?? []) Object.assign(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
  return data;
}

const folder = dirname(fileURLToPath(import.meta.url));
const program = join(folder, `judged-${process.pid}.ts`);
writeFileSync(program, lines.map((line) => line.text).join("\n"));
try {
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  execFileSync(process.execPath, [join(folder, "node_modules/typescript/bin/tsc"), ...options, program], { encoding: "utf8", cwd: folder });
} catch (error) {
  for (const line of String(error.stdout).split("\n")) {
    const match = line.match(/\((\d+),\d+\): error (.*)/);
    if (match && line.includes(basename(program))) problems.push(`${lines[match[1] - 1].place}: fields: ${match[2]}`);
    else if (line.trim()) problems.push(`tsc: ${line}`);
  }
} finally {
  rmSync(program, { force: true });
}

for (const problem of problems) console.log(problem);
console.log(`${files.length} files, ${documents} documents, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
