-- SPDX-FileCopyrightText: 2026 The Toystore authors
-- SPDX-License-Identifier: GPL-3.0-or-later

-- What wrk met, as one line of JSON. Only done() is defined: a script that looks at answers would slow wrk.
function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"seconds":%.6f,"per_second":%.1f,"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"max_us":%.1f,"errors":%d}\n',
      summary.requests, summary.duration / 1e6, summary.requests / (summary.duration / 1e6),
      latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
