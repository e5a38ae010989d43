import type { Client } from '@claimd/sdk/client'

/** What the commands need of a client of the control API. */
export type ControlClient = Omit<Client, 'socket'>
