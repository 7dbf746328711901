"""The pages of the manual that are written from the code, one module a page; `make reference` writes them."""
