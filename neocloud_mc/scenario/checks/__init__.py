"""What a scenario must obey, what is doubtful in it, and how both are said."""
