"""Tests of the content that ships."""
