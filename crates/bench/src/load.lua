-- What wrk runs: requests made beforehand, one after the other, and the figures in one line.
local requests, last = {}, 0

-- COUNT STEP PATH: PATH has a %d for the number of a customer.
function init(arguments)
   local count, step, path = tonumber(arguments[1]), tonumber(arguments[2]), arguments[3]
   for number = 1, count do
      requests[number] = wrk.format("GET", string.format(path, number * step))
   end
end

function request()
   last = last % #requests + 1
   return requests[last]
end

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("bench: %d %d %d %d %d\n", summary.requests, summary.duration,
      latency:percentile(50), latency:percentile(99), failed))
end
