/** What a job costs besides itself, in milliseconds. */
export interface FleetCosts {
  /** Of a coordinator: looking at a plan, and sending it. */
  readonly prepare: number;
  /** Of a coordinator: hearing that a job has ended, and reading its result. */
  readonly hear: number;
  /** Of Redis: taking in a job. */
  readonly add: number;
  /** Of Redis: giving a job to a worker, and taking in its answer. */
  readonly answer: number;
  /** Of Redis: a sign of life of a job. */
  readonly renew: number;
  /** Of the file server: claiming a result, and writing it. */
  readonly write: number;
  /** Of a worker: looking at the plan again. */
  readonly begin: number;
}

/** Milliseconds between two signs of life of a job. */
const RENEWAL = 15_000;

/** A fleet at work. */
export interface Fleet {
  readonly jobs: number;
  /** Each does one job at a time. */
  readonly workers: number;
  /** Commands that divide the jobs between them (`--shard`). */
  readonly coordinators: number;
  /** Jobs that each of them has in the queue, at most. */
  readonly window: number;
  /** How long a job takes, in milliseconds. */
  readonly duration: (job: number) => number;
  readonly costs: FleetCosts;
}

/** What came of it. */
export interface FleetReport {
  /** Until the last result has been read, in milliseconds. */
  readonly time: number;
  /** The shares of that time in which each was busy; of workers, with the jobs themselves. */
  readonly busy: {
    readonly workers: number;
    readonly coordinators: number;
    readonly redis: number;
    readonly store: number;
  };
}

/**
 * Simulates a fleet, event by event: coordinators, Redis and the file server do one thing after the other, in the
 * order in which they are asked. The same fleet always has the same report.
 */
export function simulateFleet(fleet: Fleet): FleetReport {
  const { jobs, workers, coordinators: count, window, duration, costs } = fleet;
  const clock = eventClock();
  const redis = server(clock);
  const store = server(clock);
  const coordinators = Array.from({ length: count }, () => server(clock));
  const waiting: number[] = [];
  let [taken, idle, worked, end] = [0, workers, 0, 0];
  const outstanding = coordinators.map(() => 0);
  const sent = coordinators.map(() => 0);
  const ownerOf = (job: number) => job % count;

  const sendNext = (k: number) => {
    const job = k + count * sent[k]!;
    if (job >= jobs || outstanding[k]! >= window) return;
    sent[k]!++;
    outstanding[k]!++;
    coordinators[k]!.ask(costs.prepare, () => {
      redis.ask(costs.add, () => {
        waiting.push(job);
        giveOut();
      });
      sendNext(k);
    });
  };
  const giveOut = () => {
    while (idle > 0 && taken < waiting.length) {
      idle--;
      const job = waiting[taken++]!;
      const time = duration(job);
      worked += time;
      const signs = costs.renew * Math.floor(time / RENEWAL);
      redis.ask(costs.answer + signs, () =>
        clock.after(costs.begin + time, () => store.ask(costs.write, () => finish(job))),
      );
    }
  };
  const finish = (job: number) => {
    idle++;
    giveOut();
    const k = ownerOf(job);
    coordinators[k]!.ask(costs.hear, () => {
      end = clock.now();
      const wasFull = outstanding[k]! === window;
      outstanding[k]!--;
      if (wasFull) sendNext(k);
    });
  };
  for (let k = 0; k < count; k++) sendNext(k);
  clock.run();
  const busyOf = (servers: readonly Server[]) =>
    servers.reduce((sum, { busy }) => sum + busy(), 0) / (end * servers.length);
  return {
    time: end,
    busy: {
      workers: worked / (end * workers),
      coordinators: busyOf(coordinators),
      redis: busyOf([redis]),
      store: busyOf([store]),
    },
  };
}

interface Server {
  /** Does something that takes so long, after all that it was asked before. */
  ask(time: number, then: () => void): void;
  busy(): number;
}

function server(clock: EventClock): Server {
  let [freeAt, total] = [0, 0];
  return {
    ask(time, then) {
      freeAt = Math.max(freeAt, clock.now()) + time;
      total += time;
      clock.at(freeAt, then);
    },
    busy: () => total,
  };
}

interface EventClock {
  now(): number;
  at(time: number, event: () => void): void;
  after(time: number, event: () => void): void;
  /** Lets all events happen; those of the same time in the order in which they were set. */
  run(): void;
}

function eventClock(): EventClock {
  interface Entry {
    readonly time: number;
    readonly order: number;
    readonly event: () => void;
  }
  const heap: Entry[] = [];
  let [time, order] = [0, 0];
  const isBefore = (a: Entry, b: Entry) => a.time - b.time || a.order - b.order;
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j]!, heap[i]!];
  };
  const push = (entry: Entry) => {
    let i = heap.push(entry) - 1;
    for (; i > 0; i = (i - 1) >> 1) {
      if (isBefore(heap[(i - 1) >> 1]!, heap[i]!) <= 0) break;
      swap(i, (i - 1) >> 1);
    }
  };
  const pop = (): Entry => {
    swap(0, heap.length - 1);
    const first = heap.pop()!;
    for (let i = 0; ; ) {
      const children = [2 * i + 1, 2 * i + 2].filter((child) => child < heap.length);
      const least = children.sort((a, b) => isBefore(heap[a]!, heap[b]!))[0];
      if (least === undefined || isBefore(heap[i]!, heap[least]!) <= 0) return first;
      swap(i, least);
      i = least;
    }
  };
  const at = (when: number, event: () => void) => push({ time: when, order: order++, event });
  return {
    now: () => time,
    at,
    after: (delay, event) => at(time + delay, event),
    run() {
      while (heap.length > 0) {
        const next = pop();
        time = next.time;
        next.event();
      }
    },
  };
}
