import type { Case } from './case.js'
import { activates } from './cases/activates.js'
import { answersInTime } from './cases/answers-in-time.js'
import { answersWellFormed } from './cases/answers-well-formed.js'
import { cancelConnect } from './cases/cancel-connect.js'
import { claimStands } from './cases/claim-stands.js'
import { claimsSomething } from './cases/claims-something.js'
import { configuredOrVolatile } from './cases/configured-or-volatile.js'
import { connectBesideOffers } from './cases/connect-beside-offers.js'
import { connectFails } from './cases/connect-fails.js'
import { connectionName } from './cases/connection-name.js'
import { connectsSomething } from './cases/connects-something.js'
import { crashInConnect } from './cases/crash-in-connect.js'
import { deactivatesInTime, leavesNothingBehind } from './cases/deactivates.js'
import { declinesStrangers } from './cases/declines-strangers.js'
import { disconnects } from './cases/disconnects.js'
import { followsConfiguration } from './cases/follows-configuration.js'
import { keepsQuiet } from './cases/keeps-quiet.js'
import { lateCancel } from './cases/late-cancel.js'
import { leavesAdapterAlone } from './cases/leaves-adapter-alone.js'
import { letsGo } from './cases/lets-go.js'
import { manifest } from './cases/manifest.js'
import { namesResources } from './cases/names-resources.js'
import { neverThrows } from './cases/never-throws.js'
import { oddConfiguration } from './cases/odd-configuration.js'
import { oddNames } from './cases/odd-names.js'
import { ownConnectionEach } from './cases/own-connection-each.js'
import { pendingBounded } from './cases/pending-bounded.js'
import { refusesDisconnect } from './cases/refuses-disconnect.js'
import { registers } from './cases/registers.js'
import { releasedTwice, releasedUnheld, releasedVoid } from './cases/releases.js'
import { reportsOwnClaims } from './cases/reports-own-claims.js'
import { sameAfterCrash } from './cases/same-after-crash.js'
import { sameAfterRestart } from './cases/same-after-restart.js'
import { sameAnswerTwice } from './cases/same-answer-twice.js'
import { status } from './cases/status.js'
import { staysAlive } from './cases/stays-alive.js'
import { steadyMemory } from './cases/steady-memory.js'
import { unknownConnection } from './cases/unknown-connection.js'
import { unplugMidOffer } from './cases/unplug-mid-offer.js'
import { validates } from './cases/validates.js'

/** Without these, in their order, nothing else can be found out. */
export const foundation: readonly Case[] = [manifest, activates, registers, staysAlive, answersInTime]

/** Every case of the kit, in the order of its reports. */
export const cases: readonly Case[] = [
  ...foundation,
  answersWellFormed,
  neverThrows,
  keepsQuiet,
  claimsSomething,
  declinesStrangers,
  connectionName,
  configuredOrVolatile,
  ownConnectionEach,
  sameAnswerTwice,
  leavesAdapterAlone,
  pendingBounded,
  oddNames,
  lateCancel,
  unplugMidOffer,
  claimStands,
  releasedVoid,
  releasedTwice,
  releasedUnheld,
  letsGo,
  sameAfterRestart,
  sameAfterCrash,
  refusesDisconnect,
  reportsOwnClaims,
  followsConfiguration,
  oddConfiguration,
  connectsSomething,
  namesResources,
  validates,
  disconnects,
  connectFails,
  cancelConnect,
  crashInConnect,
  status,
  unknownConnection,
  connectBesideOffers,
  steadyMemory,
  deactivatesInTime,
  leavesNothingBehind,
]
