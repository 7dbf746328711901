"""The packages of a wheel: sources, golden pages and stages stand beside the package here, and within it there."""

from setuptools import find_packages, setup

BESIDE = {"newscrawl.spiders": "spiders", "newscrawl.pipelines": "pipelines"}
GOLDEN = {"newscrawl.spiders.golden": "tests/extract/golden"}

setup(
    packages=sorted({*find_packages(include=["newscrawl", "newscrawl.*"]), *BESIDE, *GOLDEN}),
    package_dir=BESIDE | GOLDEN,
)
