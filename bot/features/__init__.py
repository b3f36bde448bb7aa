"""The conversations of the bot, one per file."""
