import type { Database } from './database.js'
import { migrateRows } from './migrate-rows.js'
import { migrateSums } from './migrate-sums.js'
import { readCounters, sealCounters } from './state-row.js'

/** Marks a SQLite file as claimd's own: `clmd`. */
export const applicationId = 0x636c6d64

/**
 * What makes a database of format n−1 one of format n; the first makes it from nothing. Never changed once
 * released, only added to.
 *
 * `data` is always the whole object as JSON: it keeps any string as it is, and a new field needs no migration.
 * The columns beside it are what is searched for. `state` has one row: the counters, which never go back, and
 * the journal's begin and size, so that neither has to be counted. Each row has a checksum, and all of them
 * have one together.
 */
const migrations: (string | ((database: Database, file: string) => void))[] = [
  `CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    journal_begin INTEGER NOT NULL,
    journal_bytes INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0, 0, 0, 1, 0);
  CREATE TABLE journal (
    revision INTEGER PRIMARY KEY,
    at INTEGER NOT NULL, -- milliseconds since 1970
    type TEXT NOT NULL,
    adapter TEXT,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_rounds ON journal (adapter, revision) WHERE type = 'round';
  CREATE TABLE adapters (id TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
  CREATE TABLE claims (adapter TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;
  CREATE TABLE releases (adapter TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT;`,
  // In the order in which they were remembered.
  `CREATE TABLE holders (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data TEXT NOT NULL) STRICT;`,
  // When it happened says `data`; how old it is says the time that claimd has run, which no clock can change.
  `ALTER TABLE journal RENAME COLUMN at TO running; -- milliseconds
  UPDATE journal SET running = 0;
  ALTER TABLE state ADD COLUMN running INTEGER NOT NULL DEFAULT 0;`,
  migrateSums,
  // What the other parts keep: `id` is a kind and a key.
  `CREATE TABLE records (
    id TEXT PRIMARY KEY, data TEXT NOT NULL, sum INTEGER NOT NULL DEFAULT 0
  ) STRICT;`,
  migrateRows,
]

/** Before format 6. */
const oldTables = ['adapters', 'claims', 'releases', 'holders', 'journal']

/** The format that this version writes, and the newest that it reads. It is the file's `user_version`. */
export const currentFormat = migrations.length

/** Brings a database up to the current format, all or nothing, and onto the disk. */
export function migrate(database: Database, format: number, file: string): void {
  if (format === currentFormat) return
  // What is damaged must not get new checksums. Before format 4 there were none.
  if (format >= 4) readCounters(database, file, format === 4 ? oldTables : [...oldTables, 'records'])
  database.transaction(
    () => {
      for (const migration of migrations.slice(format)) {
        if (typeof migration === 'string') database.script(migration)
        else migration(database, file)
      }
      database.script(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${currentFormat}`)
      sealCounters(database)
    },
    { sync: true },
  )
}
