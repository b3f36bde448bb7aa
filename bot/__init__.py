"""The Slack face of Longtail."""
