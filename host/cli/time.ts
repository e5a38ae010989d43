import { harmless } from './text.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/**
 * The local time of day with its offset from UTC, such as `14:22:47+01:00`; with the date before it when that is not
 * today's.
 */
export function localTime(at: string, now: Date): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':') + offset(date)
  return localDay(date) === localDay(now) ? time : `${localDay(date)} ${time}`
}

/** Documents have times in UTC, also within sentences. */
const utcTime = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g

/** A text of a document, escaped for a terminal, with the times in it as local ones. */
export function withLocalTimes(text: string, now: Date): string {
  return harmless(text).replace(utcTime, (at) => localTime(at, now))
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

/** From UTC, at that time of the year. */
function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** How long ago it was, in the largest unit that fits. */
export function ago(at: string, now: Date): string {
  const passed = now.getTime() - Date.parse(at)
  if (Number.isNaN(passed)) return 'at an unknown time'
  return passed < second ? 'just now' : `${span(passed)} ago`
}

/** A span of milliseconds in words, such as `3 min`. */
export function span(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.max(0, Math.floor(milliseconds / second))} s`
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)} min`
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)} h`
  return `${Math.floor(milliseconds / day)} days`
}

/** In how long it will be, such as `in 3 s`. */
export function inHowLong(at: string, now: Date): string {
  const left = Date.parse(at) - now.getTime()
  if (Number.isNaN(left)) return 'at an unknown time'
  return left <= 0 ? 'now' : `in ${span(Math.ceil(left / second) * second)}`
}
