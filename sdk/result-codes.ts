/**
 * The result codes of the protocol: the `CMRE_` names without their prefix.
 *
 * The numbers are those of the Compact 2013 header (`cmnet.h`); they are given to callers that want
 * a number and never compared by claimd itself.
 */
export const resultCodes = {
  SUCCESS: 0,
  INVALID_REQUIREMENTS: 13000,
  INVALID_PREFERENCES: 13001,
  INVALID_SESSION: 13002,
  INVALID_CONNECTION: 13003,
  INVALID_CONNECTION_TYPE: 13004,
  INVALID_DEVICE: 13005,
  INVALID_PARAMETER: 13006,
  INVALID_VERSION: 13007,
  INVALID_HOST: 13008,
  INCONSISTENT_CONFIGURATION: 13009,
  INSUFFICIENT_BUFFER: 13010,
  CONNECTION_ITERATION_NOT_STARTED: 13011,
  NO_CONNECTIONS: 13012,
  HOST_ADDRESS_ITERATION_NOT_STARTED: 13013,
  NO_HOST_ADDRESSES: 13014,
  CONNECTION_ACQUIRE_FAILED: 13015,
  CONNECTION_ALREADY_ACQUIRED: 13016,
  CONNECTION_NOT_ACQUIRED: 13017,
  CONNECTION_RELEASE_FAILED: 13018,
  CONNECTION_ALREADY_EXISTS: 13019,
  CONNECTION_DOES_NOT_EXIST: 13020,
  NOT_ALLOWED: 13021,
  NO_NOTIFICATIONS: 13022,
  NO_POLICIES: 13023,
  OUT_OF_MEMORY: 13024,
  PENDING: 13025,
  ACCESS_DENIED: 13026,
  NOT_SUPPORTED: 13027,
  NOT_IMPLEMENTED: 13028,
  UNEXPECTED: 13029,
} as const

/** The name of a result code, such as `INVALID_CONNECTION`. */
export type ResultCode = keyof typeof resultCodes

/** Whether `value` is the name of a result code. */
export function isResultCode(value: unknown): value is ResultCode {
  return typeof value === 'string' && Object.hasOwn(resultCodes, value)
}
