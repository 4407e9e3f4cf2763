import { graceMs } from './storedValue.ts';

/** `expiry(end, now)`: what PX and PEXPIRE take, as `timeToLive` counts it. */
export const luaExpiry = `
local function expiry(ends, now)
  return string.format('%.0f', math.max(1, math.ceil(ends - now) + ${graceMs}))
end
`;

/** `foreign(key)`: the answer to a value that was not written by us. */
export const luaForeign = `
local function foreign(key)
  return redis.error_reply('FOREIGN what stands under ' .. key .. ' has no form that this version reads')
end
`;

/**
 * `append(body, line, replaced, most)`: a body with one more line at its end, without the lines that begin with
 * `replaced` (empty: none). Each line of a body comes after a line feed and begins with the letter of its kind; of the
 * new one's kind the newest `most` stay.
 */
export const luaAppend = `
local function append(body, line, replaced, most)
  local from = replaced ~= '' and string.find(body, '\\n' .. replaced, 1, true)
  while from do
    local after = string.find(body, '\\n', from + 1, true) or #body + 1
    body = string.sub(body, 1, from - 1) .. string.sub(body, after)
    from = string.find(body, '\\n' .. replaced, from, true)
  end
  local kind = '\\n' .. string.sub(line, 1, 1)
  local others, at = 0, string.find(body, kind, 1, true)
  while at do
    others, at = others + 1, string.find(body, kind, at + 1, true)
  end
  if others >= most then body = string.gsub(body, kind .. '[^\\n]*', '', others + 1 - most) end
  return body .. '\\n' .. line
end
`;
