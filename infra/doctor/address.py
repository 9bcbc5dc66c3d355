"""The portal's own address: its certificate, and whether the name leads there."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra.doctor.finding import Account, Finding, code_of, missing, note, well

_SOON = timedelta(days=21)
_REGION = 3
"""Place of the region in an ARN."""

Resolve = Callable[[str], set[str]]


def certificate(account: Account) -> Iterator[Finding]:
    """The certificate: issued, in the right region, for the right name."""
    arn, address = account.parameter("CertificateArn"), account.parameter("BaseUrl")
    if not address and not arn:
        yield note("The portal has no address of its own", "docs/operations.md, “A domain of your own”.")
        return
    if not (address and arn):
        yield missing("An address and its certificate are given together", "Deploy with BASE_URL and CERTIFICATE_ARN.")
        return
    if arn.split(":")[_REGION] != account.target.region:
        yield missing(f"The certificate is in {arn.split(':')[_REGION]}", f"Request one in {account.target.region}.")
        return
    try:
        told = account.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        yield missing("The certificate is gone", "Request another, and deploy with its CERTIFICATE_ARN.")
        return
    yield _issued(told, urlsplit(address).hostname or "", account)


def _issued(told: dict[str, Any], host: str, account: Account) -> Finding:
    names = (told["DomainName"], *told.get("SubjectAlternativeNames", ()))
    if told["Status"] != "ISSUED":
        return missing(f"The certificate is {told['Status']}", "Add the DNS record that Certificate Manager shows.")
    if not any(_is_for(name, host) for name in names):
        return missing(f"The certificate is for {told['DomainName']}, not for {host}", "Request one for that name.")
    if told.get("NotAfter") and told["NotAfter"] - account.now < _SOON:
        return missing(f"The certificate ends on {told['NotAfter']:%Y-%m-%d}", "Its DNS record must stay, to renew it.")
    return well(f"The certificate of {host} is issued")


def _is_for(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and name[1:] == host[host.find(".") :])


def resolved(host: str) -> set[str]:
    """The addresses that a name has; none when it has none, or no way out."""
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)}
    except OSError:
        return set()


def leads_here(account: Account, resolve: Resolve = resolved) -> Iterator[Finding]:
    """The name: leads to the gateway."""
    host, gateway = urlsplit(account.parameter("BaseUrl")).hostname, account.output("DomainTarget")
    if not (host and gateway):
        return
    found, wanted = resolve(host), resolve(gateway)
    record = f"Add to the DNS: {host}  CNAME  {gateway}"
    if not found:
        yield missing(f"{host} leads nowhere", record)
    elif not found & wanted:
        yield note(
            f"{host} leads elsewhere than the gateway at this moment", f"{record}; in front of it, nothing else."
        )
    else:
        yield well(f"{host} leads to the portal")
