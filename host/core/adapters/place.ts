/** In which boot of the machine and in which network namespace links are. */
export interface Place {
  boot: string
  /** The namespace's inode number, which the kernel gives again once the namespace is gone. */
  namespace: string
  /**
   * The kernel's cookie of the namespace (SO_NETNS_COOKIE, Linux 5.14), which it does not give again within a boot;
   * `null` where it is not known.
   */
  cookie: string | null
}

/** A place as it was stored; claimd has not always stored the cookie. */
export type StoredPlace = Omit<Place, 'cookie'> & { cookie?: string | null }

/**
 * Whether two places, within one boot, are the same network namespace. `perhaps`: only the inode number says so, and
 * a namespace that was deleted may have had it before.
 */
export function isSameNamespace(stored: StoredPlace, place: Place): 'yes' | 'perhaps' | 'no' {
  if (stored.cookie && place.cookie) return stored.cookie === place.cookie ? 'yes' : 'no'
  return stored.namespace === place.namespace ? 'perhaps' : 'no'
}
