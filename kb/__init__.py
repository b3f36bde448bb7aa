"""The knowledge base: the customer face of Longtail."""
