/**
 * How sure a provider is of its answers: `exact` before `likely` before `generic`.
 * A generic provider is the safety net: its claim yields to any stronger provider.
 */
export type Band = 'exact' | 'likely' | 'generic'
