"""Scrapy's settings of a project that `newscrawl init` made: newscrawl is switched on for the spiders of news sources.

Spiders of other kinds in the same project get Scrapy's defaults, but for what is set here. A project with settings of
its own begins its module with `from newscrawl.project_settings import *`, and names that module in scrapy.cfg.
"""

from newscrawl.project import PACKAGE

SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
TEMPLATES_DIR = str(PACKAGE / "templates")  # scrapy genspider -t news NAME DOMAIN
SPIDER_LOADER_CLASS = "newscrawl.sources.spider_loader.SourceLoader"
COMMANDS_MODULE = "newscrawl.cli.scrapy_commands"  # scrapy check, crawl, parse
ADDONS = {"newscrawl.Addon": 0}
ROBOTSTXT_OBEY = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
