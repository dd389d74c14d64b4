"""Sites, machines, hosting clients and their power as daily series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hashfall.book.figure import day, number
from hashfall.book.operations import Fleet, Hosting, Site
from hashfall.book.record import Book
from hashfall.engine.calendar import Calendar, Floats
from hashfall.engine.lines import Lines, PayLine

if TYPE_CHECKING:
    from hashfall.engine.pack import Frame, Options

__all__ = ["Operations", "pack_operations"]

_TIERS = ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))
_KWH_PER_J_TH = 24.0  # kWh a day of 1 PH/s at 1 J/TH


@dataclass
class Operations:
    """Packed machines and hosting contracts."""

    ph: list[Floats] = field(default_factory=list)
    fleet_price: list[Floats] = field(default_factory=list)
    fleet_market: list[Floats] = field(default_factory=list)
    fleet_floats: list[float] = field(default_factory=list)
    fleet_rows: list[tuple[PayLine, int, str, int, int]] = field(default_factory=list)
    host_kwh: list[Floats] = field(default_factory=list)
    host_tariff: list[Floats] = field(default_factory=list)
    host_price: list[Floats] = field(default_factory=list)
    host_market: list[Floats] = field(default_factory=list)
    host_collect: list[Floats] = field(default_factory=list)
    host_floats: list[float] = field(default_factory=list)
    host_rows: list[tuple[PayLine, int, str, str, int]] = field(default_factory=list)
    host_opening: list[tuple[float, float, float]] = field(default_factory=list)
    fleet_names: list[str] = field(default_factory=list)
    host_names: list[str] = field(default_factory=list)
    opening: list[tuple[PayLine, float, float]] = field(default_factory=list)
    own_usd: float = 0.0
    pledged_usd: float = 0.0
    burn0: float = 0.0
    solo: bool = False

    def fleet_ints(self, index: dict[int, int], place: dict[str, int]) -> list[int]:
        """Whole numbers of the fleets in the order of the kernel."""
        return [v for line, region, cur, pledged, solo in self.fleet_rows
                for v in (index[id(line)], region, place[cur], pledged, solo)]

    def host_ints(self, index: dict[int, int], place: dict[str, int]) -> list[int]:
        """Whole numbers of the hosting tiers in the order of the kernel."""
        return [v for line, region, cur, tariff, pays in self.host_rows
                for v in (index[id(line)], region, place[cur], place[tariff], pays)]


class _Packer:
    def __init__(self, book: Book, cal: Calendar, frame: Frame, options: Options, lines: Lines,
                 fx0: dict[str, float]) -> None:
        self.book, self.cal, self.frame, self.options = book, cal, frame, options
        self.lines, self.fx0, self.out = lines, fx0, Operations()
        self.usd = fx0["USD"]

    def window(self, start: object, until: object) -> Floats:
        """1 on the days from start to the day before until."""
        on = np.ones(self.cal.days + 1)
        if start is not None:
            on[: max(0, min(day(start, self.book.as_of), self.cal.days + 1))] = 0.0
        if until is not None:
            on[max(0, day(until, self.book.as_of)) :] = 0.0
        return on

    def site_factor(self, name: str, site: Site) -> Floats:
        """Share of a site's power that can be used by day."""
        factor = self.window(site.start, None) * number(site.uptime)
        if site.status in ("closed", "idle") or (site.status == "building" and site.start is None):
            return np.zeros(self.cal.days + 1)
        for event in self.book.events.values():
            if event.what != name or event.kind not in ("ban", "outage"):
                continue
            if event.kind == "ban" and "site_ban" in self.options.remove:
                continue
            factor *= 1.0 - number(event.share) * self.window(event.start, event.until)
        return factor

    def power(self, site: Site, vat: float) -> tuple[Floats, Floats, int, str]:
        """Price, market flag, region and currency of a site's power."""
        power, level = site.power, self.options.power_usd_per_kwh
        days = self.cal.days + 1
        if level is not None:
            return np.full(days, level), np.zeros(days), -1, "USD"
        region = -1 if power.region is None else self.frame.regions.index(power.region)
        contract = np.zeros(days)
        if power.kind == "contract":
            contract = self.window(None, power.until)
        price = contract * number(power.price_per_kwh)
        price += (1.0 - contract) * number(power.adder_per_kwh)
        market = 1.0 - contract if region >= 0 else np.zeros(days)
        return price * (1.0 + vat), market * (1.0 + vat), region, power.currency

    def power_line(self, name: str, site: Site) -> PayLine:
        """Payment line that takes a site's power bill."""
        return self.lines.line("power", self.book.currency, number(site.power.grace_days),
                               bill_days=number(site.power.bill_days), name=f"sites.{name}")

    def price0(self, price: Floats, market: Floats, region: int, currency: str) -> float:
        """Power price on the first day. [F/kWh]"""
        mean = self.frame.power_usd_per_kwh[self.frame.regions[region]] if region >= 0 else 0.0
        return float(price[0] * self.fx0[currency] + market[0] * mean * self.usd)

    def open_bill(self, line: PayLine, per_day: float, bill_days: float) -> None:
        """Bills at `as_of` for power already used: the going concern's payables."""
        billed, accrued = self.before(per_day, bill_days)
        self.out.opening.append((line, billed, accrued))

    def before(self, per_day: float, bill_days: float) -> tuple[float, float]:
        """Amount billed and not due, and amount not billed, at `as_of`."""
        dom, length = int(self.cal.day_of_month[0]), int(self.cal.month_days[0])
        if dom == length:
            return per_day * length, 0.0
        billed = per_day * 30.0 if self.cal.first_bill(int(bill_days)) > 0 else 0.0
        return billed, per_day * dom

    def fleet(self, name: str, fleet: Fleet) -> None:
        """Pack one fleet."""
        book, out = self.book, self.out
        out.fleet_names.append(f"fleet.{name}")
        site = book.sites[fleet.site]
        vat = 0.0 if book.tax.vat_recoverable else number(book.tax.vat_rate)
        ph0 = (number(fleet.hashrate_ph) if fleet.hashrate_ph is not None
               else number(fleet.count) * number(fleet.th_per_machine) / 1000.0)
        ph = self.growth(fleet, ph0) * self.site_factor(fleet.site, site)
        ph *= number(fleet.uptime) * self.window(fleet.start, None)
        price, market, region, currency = self.power(site, vat)
        overhead = number(site.overhead)
        if fleet.hosted_per_kwh is not None and self.options.power_usd_per_kwh is None:
            price = np.full(self.cal.days + 1, number(fleet.hosted_per_kwh))
            market, region, currency = np.zeros(self.cal.days + 1), -1, fleet.hosted_currency
            overhead = 1.0
        kwh = _KWH_PER_J_TH * number(fleet.j_per_th) * overhead
        line = self.power_line(fleet.site, site)
        out.ph.append(ph)
        out.fleet_price.append(price)
        out.fleet_market.append(market)
        out.fleet_floats += [number(fleet.pool_fee), kwh, number(site.power.take_or_pay)]
        solo = fleet.payout == "solo"
        out.solo = out.solo or solo
        out.fleet_rows.append((line, region, currency, int(fleet.pledged), int(solo)))
        usd = ph0 * 1000.0 * number(fleet.resale_usd_per_th)
        if fleet.pledged:
            out.pledged_usd += usd
        else:
            out.own_usd += usd
        cost = float(ph[0]) * kwh * self.price0(price, market, region, currency)
        income = float(ph[0]) * self.frame.hashprice_usd_ph_day * self.usd
        out.burn0 += cost - income
        self.open_bill(line, min(cost, income), number(site.power.bill_days))

    def growth(self, fleet: Fleet, ph0: float) -> Floats:
        """Installed hashrate by day, deliveries spread evenly."""
        ph = np.full(self.cal.days + 1, ph0)
        if fleet.growth_to_ph is not None and fleet.growth_by is not None:
            last = max(1, day(fleet.growth_by, self.book.as_of))
            share = np.minimum(np.arange(self.cal.days + 1) / last, 1.0)
            ph += (number(fleet.growth_to_ph) - ph0) * share
        return ph

    def host(self, name: str, contract: Hosting) -> None:
        """Pack one hosting contract as tiers of clients."""
        site = self.book.sites[contract.site]
        factor = self.site_factor(contract.site, site) * self.window(None, contract.until)
        if "customer_loss" not in self.options.remove:
            for event in self.book.events.values():
                if event.kind == "customer_loss" and event.what == name:
                    factor *= 1.0 - number(event.share) * self.window(event.start, event.until)
        energy = number(contract.mw) * 1000.0 * 24.0 * factor
        collect = np.zeros(self.cal.days + 1)
        days = int(number(contract.collect_days))
        for when in [self.cal.first_bill(days), *(self.cal.month_ends() + days).tolist()]:
            if 0 < when <= self.cal.days:
                collect[when] = 1.0
        spread = number(contract.client_spread)
        for offset, weight in _TIERS if spread > 0.0 else ((0.0, 1.0),):
            self.out.host_names.append(f"hosting.{name}")
            self.tier(contract, site, energy * weight, collect, 1.0 + offset * spread)

    def tier(self, contract: Hosting, site: Site, energy: Floats, collect: Floats,
             efficiency: float) -> None:
        """Pack clients of one efficiency."""
        out = self.out
        price, market, region, currency = self.power(site, 0.0)
        kwh = _KWH_PER_J_TH * number(contract.client_j_per_th) * efficiency * number(site.overhead)
        line, most = self.power_line(contract.site, site), number(contract.utilisation)
        pays = int(contract.client_pays_power)
        out.host_kwh.append(energy)
        out.host_tariff.append(np.full(self.cal.days + 1, number(contract.tariff_per_kwh)))
        out.host_price.append(price)
        out.host_market.append(market)
        out.host_collect.append(collect)
        out.host_floats += [
            kwh, number(contract.client_pool_fee), number(contract.leave_after_days),
            number(contract.leave_per_day), number(contract.return_after_days),
            number(contract.return_per_day), most, number(contract.bad_debt),
        ]
        out.host_rows.append((line, region, currency, contract.currency, pays))
        bill = float(energy[0]) * most * number(contract.tariff_per_kwh)
        bill *= self.fx0[contract.currency]
        cost = float(energy[0]) * most * self.price0(price, market, region, currency)
        billed, accrued = self.before(bill, number(contract.collect_days))
        out.host_opening.append((most, billed, accrued))
        out.burn0 += cost * (1 - pays) - bill
        self.open_bill(line, cost * (1 - pays), number(site.power.bill_days))


def pack_operations(book: Book, cal: Calendar, frame: Frame, options: Options, lines: Lines,
                    fx0: dict[str, float]) -> Operations:
    """Daily series of machines and hosting contracts, with their power lines."""
    packer = _Packer(book, cal, frame, options, lines, fx0)
    for name, fleet in book.fleet.items():
        packer.fleet(name, fleet)
    for name, contract in book.hosting.items():
        packer.host(name, contract)
    return packer.out
