/**
 * Programs that plugins start: kept of the output of one that is run to its end, in bytes of each stream; how long
 * one may take after SIGTERM, in milliseconds; its descriptors, and the processes of its user.
 */
export const programLimits = { kept: 256 * 1024, termGraceMs: 2000, nofile: 1024, nproc: 128 }
