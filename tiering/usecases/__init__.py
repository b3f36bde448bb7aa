"""What a person or a program can ask of the record, one transaction and one audit row a call."""
