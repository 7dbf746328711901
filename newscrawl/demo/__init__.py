"""A small invented newspaper, served over real HTTP on loopback, whose stories change from edition to edition."""

from newscrawl.demo.editions import EDITIONS, Edition
from newscrawl.demo.server import Exchange, Newsroom

__all__ = ["EDITIONS", "Edition", "Exchange", "Newsroom"]
