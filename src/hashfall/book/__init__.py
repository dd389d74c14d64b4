"""What a company is: validated, frozen records read from TOML."""
