"""What the records of a row mean: quantities, ratios within a rotation, and goals."""

import statistics

FIELDS = [
    "row", "contestant", "rotation", "operations", "seconds", "server_cpu_us", "client_cpu_us", "delay_p50_us",
    "delay_p99_us", "delay_max_us", "memory_bytes", "others_server_core", "others_client_core", "disturbed",
]


def record(row, contestant, rotation, one):
    """A line of benchmarks.csv. A missing value is empty, never 0."""
    decimals = {"seconds": 4, "others_server_core": 3, "others_client_core": 3}
    values = [
        row, contestant, rotation, one.operations, one.seconds or None, one.server_us, one.client_us, one.p50_us,
        one.p99_us, one.max_us, one.memory_bytes, *one.others, "true" if one.is_disturbed else "false"]
    texts = [
        "" if value is None else value if isinstance(value, str) else f"{value:.{decimals.get(field, 0)}f}"
        for field, value in zip(FIELDS, values)]
    return dict(zip(FIELDS, texts))


class Quantity:
    """A figure of a record, of which less is better. `per` is a column to divide by."""

    def __init__(self, title, unit, column, scale=1, per=None):
        self.title, self.unit, self.column, self.scale, self.per = title, unit, column, scale, per

    def of(self, one):
        """`None` if it was not measured."""
        if not one[self.column] or (self.per and not float(one[self.per] or 0)):
            return None
        return float(one[self.column]) * self.scale / (float(one[self.per]) if self.per else 1)


def operations(unit):
    """The quantities of operations, such as deliveries."""
    return (
        Quantity("server CPU", f"µs per {unit}", "server_cpu_us", per="operations"),
        Quantity("client CPU", f"µs per {unit}", "client_cpu_us", per="operations"),
        Quantity("time", f"µs per {unit}", "seconds", 1e6, per="operations"))


P50 = Quantity("median delay", "ms", "delay_p50_us", 1e-3)
P99 = Quantity("99th percentile of delays", "ms", "delay_p99_us", 1e-3)
LAST = Quantity("time until all have an item", "s", "delay_max_us", 1e-6)
MEMORY = Quantity("server memory", "KiB per connection", "memory_bytes", 1 / 1_024, per="operations")
IDLE = Quantity("server CPU while idle", "% of a core", "server_cpu_us", 1e-4, per="seconds")


class Goal:
    """An upper bound on a figure of PushLab, or on its ratio to another one in the same rotation."""

    def __init__(self, quantity, most, to=None, of="pushlab", words=None, stretch=False):
        self.quantity, self.most, self.to, self.of, self.stretch = quantity, most, to, of, stretch
        self.words = words or (f"{quantity.title} of {of}" + (f" / {to}" if to else f", {quantity.unit}"))

    def values(self, records):
        """One per rotation; only rotations without disturbance if there are three or more."""
        rotations = {}
        for one in records:
            rotations.setdefault(one["rotation"], {})[one["contestant"]] = one
        quiet, all_values = [], []
        for contestants in rotations.values():
            used = {name: contestants.get(name) for name in self.needs}
            if not all(used.values()):
                continue
            figures = {name: self.quantity.of(one) for name, one in used.items()}
            if None in figures.values():
                continue
            all_values.append(self.figure(figures))
            if all(one["disturbed"] == "false" for one in used.values()):
                quiet.append(all_values[-1])
        return (quiet, False) if len(quiet) >= 3 else (all_values, len(quiet) < len(all_values))

    @property
    def needs(self):
        return [self.of] + ([self.to] if self.to else [])

    def figure(self, figures):
        return figures[self.of] / figures[self.to] if self.to else figures[self.of]


class Growth(Goal):
    """The ratio of two ratios: how much more an operation costs PushLab at a larger size, compared with another."""

    def __init__(self, quantity, most, large, small, to_large, to_small, words):
        super().__init__(quantity, most, words=words)
        self.large, self.small, self.to_large, self.to_small = large, small, to_large, to_small

    @property
    def needs(self):
        return [self.large, self.small, self.to_large, self.to_small]

    def figure(self, figures):
        return (figures[self.large] / figures[self.small]) / (figures[self.to_large] / figures[self.to_small])


def spread(values):
    """`median (min to max)`, with three digits."""
    return f"{digits(statistics.median(values))} ({digits(min(values))} to {digits(max(values))})"


def digits(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
