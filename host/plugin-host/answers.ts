import type { Answer } from '@claimd/sdk'

/** The answer that stands for a failure of the provider or its process. */
export function unexpected(reason: string): { result: 'UNEXPECTED'; reason: string } {
  return { result: 'UNEXPECTED', reason }
}

/** Why a provider cannot be called about a connection whose configuration the host has no more. */
export function unknownConfiguration(connection: string): string {
  return `the configuration of ${connection} is not known any more`
}

/** Whether an answer gives a claim up. */
export function isNo({ result }: Answer): boolean {
  return result === 'INVALID_CONNECTION' || result === 'NOT_SUPPORTED'
}
