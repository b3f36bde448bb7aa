"""Articles that come from elsewhere: read, put into our form, and laid down as a whole or not at all."""
