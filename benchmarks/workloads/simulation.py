"""A simulation of a workshop by events: jobs of several kinds go through stations with queues, machines and repairs."""

import heapq
import sys


class Random:
    """A linear congruential generator, so that every Python draws the same numbers."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % limit


class Event:
    def __init__(self, time, number):
        self.time = time
        self.number = number

    def __lt__(self, other):
        return (self.time, self.number) < (other.time, other.number)

    def happen(self, shop):
        raise NotImplementedError


class Arrival(Event):
    def happen(self, shop):
        job = shop.new_job(self.time)
        shop.forward(job, self.time)
        if shop.accepts():
            shop.plan(Arrival, self.time + 3 + shop.random.below(9))


class Finish(Event):
    station = None
    job = None

    def happen(self, shop):
        self.station.release(shop, self.time)
        shop.forward(self.job, self.time)


class Repair(Event):
    station = None

    def happen(self, shop):
        self.station.release(shop, self.time)
        shop.statistics.note("repairs", 1)


class Job:
    kind = "plain"
    route = (0, 1, 2)
    weight = 1

    def __init__(self, number, born):
        self.number = number
        self.born = born
        self.stage = 0

    @property
    def done(self):
        return self.stage >= len(self.route)

    def next_station(self):
        return self.route[self.stage]

    def step(self):
        self.stage += 1

    def work(self, random):
        return 5 + random.below(8) * self.weight


class Rush(Job):
    kind = "rush"
    route = (0, 2)

    def work(self, random):
        return 2 + super().work(random) // 2


class Heavy(Job):
    kind = "heavy"
    route = (0, 1, 3, 1, 2)
    weight = 2


class Statistics:
    def __init__(self):
        self.sums = {}

    def note(self, name, amount):
        self.sums[name] = self.sums.get(name, 0) + amount

    def checksum(self):
        return sum((i + 1) * self.sums[name] for i, name in enumerate(sorted(self.sums)))


class Station:
    def __init__(self, name, machines, fragile):
        self.name = name
        self.free = machines
        self.fragile = fragile
        self.queue = []
        self.served = 0

    def accept(self, shop, job, time):
        if self.free and not self.queue:
            self.begin(shop, job, time)
        elif job.kind == "rush":
            self.queue.insert(0, job)
        else:
            self.queue.append(job)

    def begin(self, shop, job, time):
        self.free -= 1
        self.served += 1
        job.step()
        finish = shop.plan(Finish, time + job.work(shop.random))
        finish.station, finish.job = self, job

    def release(self, shop, time):
        self.free += 1
        if self.breaks(shop):
            self.free -= 1
            shop.plan(Repair, time + 20 + shop.random.below(30)).station = self
        elif self.queue:
            self.begin(shop, self.queue.pop(0), time)

    def breaks(self, shop):
        return self.fragile > 0 and shop.random.below(self.fragile) == 0


class Shop:
    kinds = (Job, Job, Rush, Heavy)

    def __init__(self, limit, seed):
        self.random = Random(seed)
        self.statistics = Statistics()
        self.stations = [Station("saw", 2, 60), Station("lathe", 3, 0), Station("oven", 2, 90), Station("paint", 1, 0)]
        self.events = []
        self.planned = 0
        self.born = 0
        self.limit = limit

    def accepts(self):
        return self.born < self.limit

    def new_job(self, time):
        kind = self.kinds[self.random.below(len(self.kinds))]
        self.born += 1
        return kind(self.born, time)

    def plan(self, kind, time):
        self.planned += 1
        event = kind(time, self.planned)
        heapq.heappush(self.events, event)
        return event

    def forward(self, job, time):
        if job.done:
            self.statistics.note(job.kind, time - job.born)
            return
        self.stations[job.next_station()].accept(self, job, time)

    def run(self):
        self.plan(Arrival, 0)
        while self.events:
            event = heapq.heappop(self.events)
            event.happen(self)
            self.statistics.note(type(event).__name__, 1)
        return self.statistics.checksum() + sum(station.served for station in self.stations)


def main(scale):
    return sum(Shop(1900, seed).run() for seed in range(1, max(1, round(20 * scale)) + 1))


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
