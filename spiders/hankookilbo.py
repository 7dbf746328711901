"""Hankook Ilbo."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class HankookIlboSpider(NewsSpider):
    name = "hankookilbo"
    publisher = "한국일보"
    domains = ("hankookilbo.com",)
    languages = ("ko",)
    timezone = "Asia/Seoul"
    date_order = "YMD"
    sitemaps = ("https://www.hankookilbo.com/sitemap/latest-articles",)
    article_pattern = r"hankookilbo\.com/(?:News/Read|news/article)/A\d+"
    guid_pattern = r"/(A\d{15,})"

    class Layout2019(Rules):
        headline = "ld:headline"
        body = ".end-body [itemprop=articleBody]"
        drop = ".sub-tit-ll, .module-quote, .writer"

    class Layout2026(Rules):
        headline = ("ld:headline", "json:detail:title")
        match = ("#article-view-content", "json:detail:contentHtml")
        body = ("#article-view-content", "json:detail:contentHtml")
        # The line below the headline opens the text, as a heading.
        drop = (".sub-tit-ll, .sub-title", "//*[@id='article-view-content']/*[1][self::h2 or self::h3]")
        drop_lines = ("$$*$$", "*기자 *@*")
        author = ("ld:author", "meta:author")
        date_published = ("ld:datePublished", "json:detail:deployDt")
