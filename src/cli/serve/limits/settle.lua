-- Ends a request: puts what it used in the place of what it was charged, and frees its place.
--
-- KEYS: for the client and for all, their counters and their replies under way.
-- ARGV: the request's id, the tokens it was charged, the tokens it used.
local more = ARGV[3] - ARGV[2]
for subject = 0, 1 do
  local counters, replies = KEYS[2 * subject + 1], KEYS[2 * subject + 2]
  for window = 2, 3 do
    local field = 'c' .. window
    local current = tonumber(redis.call('HGET', counters, field))
    if current then redis.call('HSET', counters, field, math.max(0, current + more)) end
  end
  redis.call('ZREM', replies, ARGV[1])
end
