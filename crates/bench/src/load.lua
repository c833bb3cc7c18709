-- What wrk runs: requests made beforehand, one after the other, and the figures in one line.
local requests, last = {}, 0

-- COUNT STEP PATH [KEYS]: PATH has a %d for the number of a customer; KEYS is a file with a line for each
-- request, by whose key it is made.
function init(arguments)
   local count, step, path = tonumber(arguments[1]), tonumber(arguments[2]), arguments[3]
   local function add(number, headers)
      requests[#requests + 1] = wrk.format("GET", string.format(path, number * step), headers)
   end
   if arguments[4] then
      for key in io.lines(arguments[4]) do
         add(#requests % count + 1, {Authorization = "Bearer " .. key})
      end
   else
      for number = 1, count do
         add(number, wrk.headers)
      end
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
