"""Partners that are certified: whose people hold a certificate of a course for partners; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import CERTIFIED, CERTIFIED_UNTIL, Account, Attribute, Origin
from tiering.domain.metric import ATTRIBUTE
from tiering.domain.names import core, fold


@dataclass(frozen=True, slots=True)
class PartnerCertificate:
    """That somebody at a partner holds a certificate of a course for partners."""

    account_id: str
    """The partner's own account."""
    begins_on: date
    ends_on: date
    """The last day."""


@dataclass(frozen=True, slots=True)
class AccountName:
    """A name or an alias of an account, as it is looked up."""

    account_id: str
    kind: str
    """`name` or `alias`."""
    full: str
    core: str


class CertifiedPartners:
    """The partners that are certified on a day, by the names under which other accounts name them."""

    def __init__(self, certificates: Iterable[PartnerCertificate], names: Iterable[AccountName]) -> None:
        """Take the certificates that hold, and every name of the partners and of others who share one."""
        self._held: dict[str, PartnerCertificate] = {}
        for one in certificates:
            known = self._held.get(one.account_id)
            if known is None or (one.ends_on, known.begins_on) > (known.ends_on, one.begins_on):
                self._held[one.account_id] = one
        self._owners: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for name in names:
            self._owners[name.kind != "name"].setdefault(name.full, set()).add(name.account_id)
            self._owners[2].setdefault(name.core, set()).add(name.account_id)

    def certificate(self, partner: str) -> PartnerCertificate | None:
        """Return the certificate of the one account of this name, alias, or name but for its legal form.

        Of a name that two accounts share nobody knows which is meant.
        """
        for owners, name in zip(self._owners, (fold(partner), fold(partner), core(partner)), strict=True):
            if found := owners.get(name):
                return self._held.get(next(iter(found))) if len(found) == 1 else None
        return None


def as_certified(account: Account, partners: CertifiedPartners) -> Account:
    """Return the account as served by a certified partner, where it is; else what the CRM says stays."""
    held = partners.certificate(account.partner) if account.partner else None
    if held is None:
        return account
    attributes: Mapping[str, Attribute] = {CERTIFIED: True, CERTIFIED_UNTIL: held.ends_on}
    origin = Origin(f"certificate of {account.partner}", held.begins_on)
    return replace(
        account,
        attributes={**account.attributes, **attributes},
        origins={**account.origins, **{ATTRIBUTE + name: origin for name in attributes}},
    )
