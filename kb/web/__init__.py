"""The pages and the API of the knowledge base."""
