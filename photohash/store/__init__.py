"""What is kept: the catalogue of the library and the cache of what can be remade."""
