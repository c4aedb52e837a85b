"""Hashing methods: code layers and the losses that train them; one small file each."""
