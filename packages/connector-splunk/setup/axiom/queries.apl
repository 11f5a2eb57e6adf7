// Each event once: HEC drops no repeats, and a batch is sent again when its answer was lost.
['arbitex'] | summarize arg_max(_time, *) by ['metadata.uid']

// Events that are stored more than once; as a rule none, a few after an outage.
['arbitex'] | summarize stored = count() by ['metadata.uid'] | where stored > 1
