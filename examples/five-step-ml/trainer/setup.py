"""The training package that Vertex AI installs into its XGBoost image."""

from setuptools import find_packages, setup

setup(
    name="trainer",
    version="0.1.0",
    packages=find_packages(),
    install_requires=["cloudml-hypertune", "pandas", "pyarrow"],
)
