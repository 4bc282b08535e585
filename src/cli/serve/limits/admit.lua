-- Lets a request in below every limit and charges it, or says which limit stands against it.
--
-- KEYS: for the client and for all, their counters and their replies under way.
-- ARGV: the request's id, how long it counts without a renewal (ms), its tokens, 1 for a reply
-- that lasts, then for both the limits on requests, tokens, daily tokens and replies; -1 for none.
-- Gives nothing, or whose limit it is (0 the client's, 1 everybody's), which (0 to 3), and how
-- many milliseconds to wait.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lengths = { 60000, 60000, 86400000 }

local function left(count, room, length)
  if count <= room then return 0 end
  return length - math.floor(length * room / count)
end

local function wait(current, previous, elapsed, length, limit)
  if limit == 0 then return length end
  if current + 1 <= limit then
    return math.max(0, left(previous, limit - current - 1, length) - elapsed)
  end
  return length - elapsed + left(current, limit - 1, length)
end

local states = {}
for subject = 0, 1 do
  local counters, replies = KEYS[2 * subject + 1], KEYS[2 * subject + 2]
  local stored = redis.call('HMGET', counters, 'p1', 'c1', 'v1', 'p2', 'c2', 'v2', 'p3', 'c3', 'v3')
  local state = {}
  for window = 1, 3 do
    local length = lengths[window]
    local period = tonumber(stored[3 * window - 2]) or 0
    local current = tonumber(stored[3 * window - 1]) or 0
    local previous = tonumber(stored[3 * window]) or 0
    local today = math.floor(now / length)
    if today > period then
      previous = today == period + 1 and current or 0
      current, period = 0, today
    end
    local limit = tonumber(ARGV[4 + 4 * subject + window])
    if limit >= 0 then
      local pause = wait(current, previous, now % length, length, limit)
      if pause > 0 then return { subject, window - 1, math.ceil(pause) } end
    end
    state[window] = { period, current, previous }
  end
  redis.call('ZREMRANGEBYSCORE', replies, '-inf', now)
  local most = tonumber(ARGV[8 + 4 * subject])
  if ARGV[4] == '1' and most >= 0 and redis.call('ZCARD', replies) >= most then
    return { subject, 3, 0 }
  end
  states[subject] = state
end

for subject = 0, 1 do
  local counters, replies = KEYS[2 * subject + 1], KEYS[2 * subject + 2]
  local costs = { 1, tonumber(ARGV[3]), tonumber(ARGV[3]) }
  for window, it in ipairs(states[subject]) do
    redis.call('HSET', counters, 'p' .. window, it[1], 'c' .. window, it[2] + costs[window], 'v' .. window, it[3])
  end
  redis.call('PEXPIRE', counters, 2 * lengths[3])
  if ARGV[4] == '1' then
    redis.call('ZADD', replies, now + ARGV[2], ARGV[1])
    redis.call('PEXPIRE', replies, 2 * ARGV[2])
  end
end
return {}
