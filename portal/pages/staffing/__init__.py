"""Who works where: accounts from a sheet, one-time passwords, and what becomes of the columns of those who leave."""
