"""What other programs may ask and are told."""
