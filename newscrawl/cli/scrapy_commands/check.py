"""`scrapy check`: the golden pages of each source are its contracts, read offline; then the contracts in docstrings."""

from __future__ import annotations

import argparse
import time
from unittest import FunctionTestCase, TextTestRunner

from scrapy import Spider
from scrapy.commands.check import Command as ScrapyCheck
from scrapy.commands.check import TextTestResult
from scrapy.contracts import ContractsManager
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from newscrawl.errors import NewscrawlError
from newscrawl.sources.golden_pages import GoldenPage, golden_pages
from newscrawl.spider import NewsSpider


class Command(ScrapyCheck):
    """Ends with 1 if a golden page is read otherwise than expected, or if a source's file cannot be loaded."""

    def short_desc(self) -> str:
        return "Check that the golden pages of spiders are read as expected, and spider contracts"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        names = args or self._loader.list()
        if opts.list:
            self._list(names)
            return
        runner = TextTestRunner(verbosity=2 if opts.verbose else 1)
        result = TextTestResult(runner.stream, runner.descriptions, runner.verbosity)
        start = time.monotonic()
        with_contracts = [name for name in names if self._has_contracts(name, result)]
        result.printErrors()
        result.printSummary(start, time.monotonic())
        self.exitcode = int(not result.wasSuccessful())
        if with_contracts:
            golden_code = self.exitcode
            super().run(with_contracts, opts)
            self.exitcode = max(self.exitcode, golden_code)

    @property
    def _loader(self):  # type: ignore[no-untyped-def]  # Scrapy's protocol, private to it
        if self.crawler_process is None:
            raise RuntimeError("Scrapy gave this command no process")
        return self.crawler_process.spider_loader

    def _list(self, names: list[str]) -> None:
        for name in names:
            print(name)
            for page in golden_pages(name):
                print(f"  * {page.name}")
            for method in self._tested_methods(self._loader.load(name)):
                print(f"  * {method}")

    def _has_contracts(self, name: str, result: TextTestResult) -> bool:
        """Check the golden pages of a spider; return whether its docstrings have contracts."""
        loaded: list[type[Spider]] = []
        load = FunctionTestCase(lambda: loaded.append(self._loader.load(name)), description=f"[{name}] is loaded")
        load.run(result)
        if not loaded:
            return False
        spider = loaded[0]
        if issubclass(spider, NewsSpider):
            for page in golden_pages(name):
                FunctionTestCase(_check(page, spider), description=f"[{name}] {page.name}").run(result)
        return bool(self._tested_methods(spider))

    def _tested_methods(self, spider: type[Spider]) -> list[str]:
        if self.settings is None:
            return []
        contracts = build_component_list(self.settings.get_component_priority_dict_with_base("SPIDER_CONTRACTS"))
        return ContractsManager(load_object(contract) for contract in contracts).tested_methods_from_spidercls(spider)


def _check(page: GoldenPage, spider: type[NewsSpider]):  # type: ignore[no-untyped-def]
    def check() -> None:
        try:
            differences = page.differences(spider().reader)
        except NewscrawlError as error:
            differences = [str(error)]
        if differences:
            raise AssertionError("\n".join([str(page.folder), *differences]))

    return check
