"""One calendar of everything a household has with the organisation, its feeds and files."""
