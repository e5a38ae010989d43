/** Something that `claimd doctor` looked at. */
export interface Finding {
  /** `wrong`: keeps claimd or a plugin from its work. `limited`: claimd does without it. */
  verdict: 'ok' | 'limited' | 'wrong'
  subject: string
  found: string
  /** What to do about it; `null` when there is nothing. */
  remedy: string | null
}

/** What `claimd doctor --json` prints. */
export interface DoctorDocument {
  /** Whether a daemon answered. */
  daemon: boolean
  findings: Finding[]
}
