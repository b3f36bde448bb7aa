"""The index and the ranking of articles; the only home of Whoosh."""
