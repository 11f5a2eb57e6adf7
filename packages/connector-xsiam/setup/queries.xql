// What arrived in the last hour, by class.
config timeframe = 1h
| dataset = arbitex_gateway_raw
| comp count() as events by class_name

// Each event once. XSIAM keeps an event twice when a batch was sent again after a lost answer; metadata.uid tells it.
dataset = arbitex_gateway_raw
| alter event_uid = metadata -> uid
| dedup event_uid

// Records that are nothing but text: the collector's Log Format is not JSON.
dataset = arbitex_gateway_raw
| filter class_uid = null
| fields _time, _raw_log
