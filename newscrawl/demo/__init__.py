"""A small invented newspaper, served over HTTP on loopback, whose articles change from edition to edition."""

from newscrawl.demo.editions import EDITIONS, Edition
from newscrawl.demo.server import Exchange, Newsroom

__all__ = ["EDITIONS", "Edition", "Exchange", "Newsroom"]
