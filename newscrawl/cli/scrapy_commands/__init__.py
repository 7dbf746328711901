"""Commands of Scrapy as this project has them, by its setting COMMANDS_MODULE; all others are Scrapy's own."""
