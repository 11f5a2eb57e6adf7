export interface DocumentParts {
  readonly table: string;
  readonly isolation: string;
  readonly problems: readonly string[];
}

/** The page `docs/faults.md`. */
export function documentText({ table, isolation, problems }: DocumentParts): string {
  return `# What is lost when things fail

<!-- Made by \`npm run faults -- --table\`: run it again instead of editing this page. -->

Every row is one run of the real server, with its queue on disk, and of real connectors that deliver to simulated SIEMs over
real connections. A client posts 1.2 KB events over HTTP and remembers which were acknowledged. When all is over each of those
must be at its SIEM, in a dead letter or in the queue; if it is not, it is lost. The fault lasts from a second after the first
event to the last one, at all SIEMs at the same time.

A cell says **lost** · repeated · time to recover, and then how many events are dead letters (\`dead\`) or still in the queue (\`held\`)
in the end. *Repeated* are events that the SIEM stores a second time, because the answer to the first was lost; Elasticsearch
keeps one. *Time to recover* is from the end of the fault until every event is settled; without a fault it is the second for
which an unfilled batch waits. Where a cell is empty the SIEM's protocol knows no such fault.

${table}
${problems.length === 0 ? "" : `\nNot as it must be:\n\n${problems.map((problem) => `- ${problem}`).join("\n")}\n`}
What is there must also be right: every stored event and every dead letter is compared with the event that was posted, and with
\`ordered: true\` the order of arrival with that of the posts. (At 1,000 events a second and more, only ids are compared.)

Why some recoveries take their time: after 401, 403, 404 and a page of a proxy a person may be needed, so events are held; the destination is checked
after 5 s, then once a minute, and when that goes well a single event is tried first. After four attempts in vain a destination counts
as down, and is probed with single events after 2 s, 4 s and so on up to 30 s, each time from behind those that failed. The first
event that is delivered ends it.

- *413*, *400*: a status alone, which anything on the way may have sent. While nothing passes, no event is given up for it: the destination
  is suspended and probed. Where the SIEM refuses in its own words, each event was sent alone before it became a dead letter.
- *answered 502 by a firewall*: the dead letters are those events alone. They are found by halving, and tried by themselves for
  some 15 s while the others pass. Those of the last seconds are held: nothing else comes any more to show that it is not the SIEM.
- *a revoked token throughout*: nothing leaves the queue; it goes out once the token is right.
- IBM QRadar and Syslog: syslog has no answers. An event counts as delivered when its connection has stayed up for a while after it
  was written, and what was delivered lately is sent again all the same when a connection breaks off: hence the repeats. What the
  server's log calls perhaps lost counts as lost here.
- File: a folder knows no fault of a network. What its chain has not sealed does not count as stored.
- *disk full*, *fsync fails*: the server process is made to see these errors; its disk is a real one. A real full disk needs rights
  that a test machine may not give.
  While it lasts \`/readyz\` answers 503, and 200 two seconds later; also where the queue's folder is away.
- *the files of dead letters moved, then deleted*: copied before they are deleted, so that each dead letter is in one of the three files.
- *the server stands still until another one has its queue*: SIGSTOP, and a second server that believes to be on another machine. The
  first one goes on for 3 s, while it still has eight requests to answer; what it acknowledges then counts as well.
- *the machine's clock jumps ahead by a day*: Datadog drops events that are older than 18 h without a word, so its connector does not
  send them; by that clock they were.

## One destination dead, the others well

1,000 events a second, each for every destination; the first is dead for 20 s.

${isolation}

## Random schedules

\`npm run faults -- --seed 1 --minutes 10\` plays schedules made from seeds: several of these faults at a time, at random moments, with
random settings, up to two workers, clocks ten times as fast, kill -9, full disks and jumping clocks among them. At every scrape of \`/metrics\` the account
must add up. A run that fails says how to play it again, and leaves its log, queue and dead letters in \`faults/runs\`.
`;
}
