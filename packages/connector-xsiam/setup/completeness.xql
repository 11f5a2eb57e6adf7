// Is every event there? For a destination with `delivery: { integrity: { sequence: true } }`. Each query finds nothing while all is well, so that
// "more than 0 results" is the condition of a correlation rule. Leave the last minutes out: events under way look like gaps.

// 1. Gaps: numbers that are missing between two that are there.
dataset = arbitex_gateway_raw
| alter number = to_integer(metadata -> sequence), stream = unmapped -> attestation.chain_uid
| filter number != null and stream != null
| dedup stream, number
| sort asc stream, asc number
| windowcomp lag(number) by stream sort asc number as before
| filter number > add(before, 1)
| alter first_missing = add(before, 1), last_missing = subtract(number, 1)
| fields stream, first_missing, last_missing

// 2. Repeats: numbers that more than one event has. A few after an outage are usual.
dataset = arbitex_gateway_raw
| alter number = to_integer(metadata -> sequence), stream = unmapped -> attestation.chain_uid
| filter number != null and stream != null
| comp count() as copies by stream, number
| filter copies > 1
| comp count() as numbers, sum(copies) as events by stream

// 3. Missing tail: the newest checkpoint counts further than events go.
dataset = arbitex_gateway_raw
| alter number = to_integer(metadata -> sequence), stream = unmapped -> attestation.chain_uid, counted = to_integer(unmapped -> checkpoint.to)
| filter number != null and stream != null
| alter event_number = if(counted = null, number, 0), checkpoint = if(counted = null, 0, 1)
| comp max(event_number) as last, max(counted) as counted_to, sum(checkpoint) as checkpoints by stream
| filter checkpoints > 0 and last < subtract(counted_to, checkpoints)

// 4. Silence: no checkpoint for 15 minutes, and the last one did not end the stream.
dataset = arbitex_gateway_raw
| alter stream = unmapped -> attestation.chain_uid, checkpoint = unmapped -> checkpoint.index, final = unmapped -> checkpoint.is_final
| filter checkpoint != null
| alter is_final = if(final = "true", 1, 0)
| comp max(_time) as newest, max(is_final) as ended by stream
| filter ended = 0 and timestamp_diff(current_time(), newest, "MINUTE") > 15
