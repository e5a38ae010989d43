/** One thing that is another way than before about a link. */
export type LinkDifference =
  | { kind: 'renamed'; from: string; to: string }
  | { kind: 'up' | 'down' | 'carrier' | 'no-carrier' | 'udev-finished' }
  /** `master`: the name of the bridge, bond or the like. */
  | { kind: 'joined' | 'left'; master: string }
  /** `address`: an IP address with its prefix length. */
  | { kind: 'address-added' | 'address-removed'; address: string }
  /** Its hardware address; `null` when it has none. */
  | { kind: 'hardware-address'; address: string | null }
  | { kind: 'alternative-name-added' | 'alternative-name-removed'; name: string }
  /** `manager`: who manages it, as udev says; `null` when nobody does. */
  | { kind: 'managed-by'; manager: string | null }
