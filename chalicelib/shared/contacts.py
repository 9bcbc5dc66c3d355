"""Email addresses and telephone numbers in their canonical forms. Libraries load on first use: few pages need them."""


def parse_email(text: str) -> str:
    """The address with its domain in ASCII form; the local part stays as typed. Raises ValueError."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("not an email address") from error
    if found.local_part.isascii() and not text.rpartition("@")[0].isascii():
        raise ValueError("a look-alike of an ASCII address, such as one with the KELVIN SIGN for a K (A-20)")
    return f"{found.local_part}@{found.ascii_domain}"


def parse_phone(text: str, country: str) -> str:
    """The number in E.164 form; a local number is read in `country`. Raises ValueError."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a telephone number") from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError("not a telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(address: str) -> str:
    """An address as its owner knows it again and nobody else learns it: `m•••@example.com`, `•••0123`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}" if at else f"•••{address[-4:]}"


def write_phone(number: str, country: str) -> str:
    """An E.164 number as people of `country` write it; text that is no number stays as it is."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(parsed) == country
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))


def digits_of(number: str) -> set[str]:
    """The digits by which people look for an E.164 number: whole, as its own country writes it, and its end."""
    import phonenumbers

    whole = "".join(filter(str.isdigit, number))
    forms = {whole, whole[-7:], whole[-4:]}
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return forms
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return forms | {str(parsed.national_number), "".join(filter(str.isdigit, national))}
