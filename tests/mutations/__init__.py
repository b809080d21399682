"""Small economic mistakes made on purpose, and the checks that notice them."""
