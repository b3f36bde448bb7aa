"""Programmes: mails that come because of what somebody did or did not do, written as Markdown."""
