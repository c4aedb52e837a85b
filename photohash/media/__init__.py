"""From files to pixels: walking folders, decoding, orientation, thumbnails, signatures."""
