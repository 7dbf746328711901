"""Sources: the catalogue of spiders, discovery of what a new one needs, and pages tried without recording them."""
