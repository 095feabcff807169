#!/usr/bin/env python3
"""Writes wide.argot: a model for each store, a figure for each region. Run it in this folder."""

REGIONS, STORES = 37, 26

HEAD = '''# Written by generate.py.

const FORECAST = "ghcr.io/acme/forecast:2.6.0"

## Fits a store's demand; gives the error on the last weeks.
component fit(store: string) -> (error: float) {
    image   = FORECAST
    command = ["forecast", "fit"]
    args    = ["--store", store, "--error-out", error.path]
    resources { cpu = 1, memory = 1Gi }
    retry   { limit = 2, backoff = 30s, on = "always" }
}

## Says how good the models of some stores are.
component rate(name: string, errors: list[float]) -> (error: float) {
    image   = FORECAST
    command = ["forecast", "rate"]
    args    = ["--name", name, "--errors", errors, "--error-out", error.path]
}

## Fits the demand of every store, and rates the models by region and all together.
pipeline wide() -> (error: float) {
    parallel = 50
'''


def rate(name, errors):
    lines = [errors[start : start + 12] for start in range(0, len(errors), 12)]
    rows = "".join(f"            {', '.join(line)},\n" for line in lines)
    return (
        f"    let {name} = rate(\n"
        f'        name   = "{name}",\n'
        f"        errors = [\n{rows}        ],\n"
        "    )\n"
    )


def main():
    with open("wide.argot", "w", encoding="utf-8") as file:
        file.write(HEAD)
        for region in range(1, REGIONS + 1):
            stores = [f"s{region:02}{store:02}" for store in range(1, STORES + 1)]
            file.write("\n")
            for store in stores:
                file.write(f'    let {store} = fit(store = "{store}")\n')
            file.write(rate(f"r{region:02}", stores))
        regions = [f"r{region:02}" for region in range(1, REGIONS + 1)]
        file.write("\n" + rate("all", regions))
        file.write("    return { error = all }\n}\n")


if __name__ == "__main__":
    main()
