import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageSize } from '../../../host/store/open-store.js'
import { type Pick, randomFrom } from '../../random.js'

const page = pageSize

/** A sound state on the disk: its files, as a killed process left them. */
export interface Files {
  database: Buffer
  /** The write-ahead log; empty when there is none. */
  log: Buffer
}

export function readFiles(folder: string): Files {
  return { database: readFileSync(join(folder, 'claimd.db')), log: readLog(folder) }
}

function readLog(folder: string): Buffer {
  try {
    return readFileSync(join(folder, 'claimd.db-wal'))
  } catch {
    return Buffer.alloc(0)
  }
}

export function writeFiles(folder: string, { database, log }: Files): void {
  writeFileSync(join(folder, 'claimd.db'), database, { mode: 0o600 })
  if (log.length > 0) writeFileSync(join(folder, 'claimd.db-wal'), log, { mode: 0o600 })
}

type Damage = (files: Files, pick: Pick, others: Others) => void

/** What gets among the files of a state. */
export interface Others {
  /** The same state some time ago. */
  older: Files
  /** The state of somebody else. */
  foreign: Files
}

/** What disks, and people who copy files, do to a file. */
const damages: Record<string, Damage> = {
  'bits flipped in the database': ({ database }, pick) => flipBits(database, pick),
  'a byte of the header changed': ({ database }, pick) => {
    database[pick(100)] = pick(256)
  },
  'bytes of the schema changed': ({ database }, pick) => {
    for (let i = 1 + pick(4); i > 0; i--) database[pick(page)] = pick(256)
  },
  'a page zeroed': ({ database }, pick) => {
    pageOf(database, pick).fill(0)
  },
  'a page of noise': ({ database }, pick) => noise(pageOf(database, pick), pick),
  'two pages exchanged': ({ database }, pick) => {
    const [one, other] = [pageOf(database, pick), pageOf(database, pick)]
    const copy = Buffer.from(one)
    other.copy(one)
    copy.copy(other)
  },
  'a page as it was once': ({ database }, pick, { older }) => {
    const at = pick(Math.min(database.length, older.database.length) / page) * page
    older.database.copy(database, at, at, at + page)
  },
  'the database as it was once, with its log of today': (files, _, { older }) => {
    files.database = Buffer.from(older.database)
  },
  'the database cut': (files, pick) => {
    files.database = files.database.subarray(0, cutAt(files.database, pick))
  },
  'bits flipped in the log': ({ log }, pick) => flipBits(log, pick),
  'the head of the log changed': ({ log }, pick) => {
    if (log.length > 0) log[pick(32)] = pick(256)
  },
  'the log cut': (files, pick) => {
    files.log = files.log.subarray(0, cutAt(files.log, pick))
  },
  'the log gone': (files) => {
    files.log = Buffer.alloc(0)
  },
  'the log of another state': (files, pick, others) => {
    files.log = Buffer.from(others[pick(2) === 0 ? 'older' : 'foreign'].log)
  },
  'a log of noise': (files, pick) => {
    files.log = Buffer.alloc(1 + pick(4 * page))
    noise(files.log, pick)
  },
}

/** @returns what was done to the files */
export function damage(files: Files, seed: number, others: Others): string {
  const pick = randomFrom(seed)
  const names = Object.keys(damages)
  const name = names[pick(names.length)]!
  damages[name]!(files, pick, others)
  return name
}

function flipBits(bytes: Buffer, pick: Pick): void {
  for (let i = 1 + pick(8); i > 0 && bytes.length > 0; i--) {
    const at = pick(bytes.length)
    bytes[at] = bytes[at]! ^ (1 << pick(8))
  }
}

function pageOf(bytes: Buffer, pick: Pick): Buffer {
  const at = pick(bytes.length / page) * page
  return bytes.subarray(at, at + page)
}

function cutAt(bytes: Buffer, pick: Pick): number {
  return pick(2) === 0 ? pick(bytes.length + 1) : pick(bytes.length / page + 1) * page
}

function noise(bytes: Buffer, pick: Pick): void {
  for (let at = 0; at < bytes.length; at++) bytes[at] = pick(256)
}
