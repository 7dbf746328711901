"""Sources: the catalogue of spiders, finding what a new one needs, trying pages, golden pages."""
