"""What is built and deployed: translations, the package, the resources."""


class BuildError(Exception):
    """The package can not be built; the message says why, in one line."""
