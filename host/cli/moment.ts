import { InvalidArgumentError } from 'commander'

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 }
const unit: Record<string, keyof typeof units> = {
  ...Object.fromEntries(['s', 'sec', 'second', 'seconds'].map((word) => [word, 's'])),
  ...Object.fromEntries(['m', 'min', 'minute', 'minutes'].map((word) => [word, 'm'])),
  ...Object.fromEntries(['h', 'hour', 'hours'].map((word) => [word, 'h'])),
  ...Object.fromEntries(['d', 'day', 'days'].map((word) => [word, 'd'])),
  ...Object.fromEntries(['w', 'week', 'weeks'].map((word) => [word, 'w'])),
}

export const momentForm =
  'a time such as 14:03, yesterday 14:03, 2026-01-31, "2026-01-31 14:03", 2026-01-31T14:03:00Z or "2 hours ago"'

/**
 * Reads a moment as people write it, in local time unless it says otherwise. A time of day is today's, or yesterday's when it
 * is still to come.
 * @returns RFC 3339 in UTC, with milliseconds
 * @throws InvalidArgumentError
 */
export function parseMoment(text: string, now: Date): string {
  const moment = read(text.trim().toLowerCase(), now)
  if (moment === null || Number.isNaN(moment.getTime())) throw new InvalidArgumentError(momentForm)
  return moment.toISOString()
}

/**
 * The same for the moment at which something was: a whole second means its end. Times are printed without fractions, and what
 * happened at one that is printed has happened then.
 */
export function parseInstant(text: string, now: Date): string {
  const moment = parseMoment(text, now)
  if (!/:\d\d:\d\d(z|[+-]\d\d:\d\d)?$/i.test(text.trim())) return moment
  return new Date(Math.min(Date.parse(moment) + 999, now.getTime())).toISOString()
}

function read(text: string, now: Date): Date | null {
  if (text === 'now') return now
  const [, count, word] = /^(\d{1,9}) ?([a-z]+)(?: ago)?$/.exec(text) ?? []
  if (count !== undefined && unit[word!] !== undefined)
    return new Date(now.getTime() - Number(count) * units[unit[word!]!]! * 1_000)
  const [, date, clock, zone] =
    /^(?:(\d{4}-\d\d-\d\d)[ t])?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  if (zone !== undefined) return inZone(date, clock!, zone.toUpperCase(), now)
  const [, day, time] = /^(today|yesterday|\d{4}-\d\d-\d\d)?[ t]?(\d{1,2}:\d\d(?::\d\d)?)?$/.exec(text) ?? []
  if (day === undefined && time === undefined) return null
  const moment = at(dayOf(day, now), time)
  if (moment === null || day !== undefined || moment <= now) return moment
  return at(dayOf('yesterday', now), time)
}

/** As times are printed: with their offset from UTC, and without a date where that is today's there. */
function inZone(date: string | undefined, clock: string, zone: string, now: Date): Date {
  if (date !== undefined) return new Date(`${date}T${clock}${zone}`)
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? []
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  const today = new Date(now.getTime() + ahead).toISOString().slice(0, 10)
  const moment = new Date(`${today}T${clock}${zone}`)
  return moment <= now ? moment : new Date(moment.getTime() - 86_400_000)
}

/** The beginning of a day; `null` where there is no such day. */
function dayOf(day: string | undefined, now: Date): Date | null {
  const [, year, month, date] = /^(\d+)-(\d+)-(\d+)$/.exec(day ?? '') ?? []
  if (year === undefined)
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (day === 'yesterday' ? 1 : 0))
  const found = new Date(Number(year), Number(month) - 1, Number(date))
  return found.getMonth() === Number(month) - 1 ? found : null
}

/** `null` where there is no such time. */
function at(day: Date | null, time = '0:00'): Date | null {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  if (day === null || hours > 23 || minutes > 59 || seconds > 59) return null
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes, seconds)
}
