-- Says that replies are still under way.
--
-- KEYS: the sets of replies, one for each id. ARGV: how long they count from now on (ms), ids.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for at, replies in ipairs(KEYS) do
  redis.call('ZADD', replies, 'XX', now + ARGV[1], ARGV[at + 1])
  redis.call('PEXPIRE', replies, 2 * ARGV[1])
end
